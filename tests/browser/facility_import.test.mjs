// Open data in the browser: files looked at, imported, a refused row fetched, an unknown layout told, two sources decided to be one, all taken back.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Browser, phone } from './browser.mjs';

let browser, folder;
before(async () => { browser = await Browser.start(); folder = mkdtempSync(join(tmpdir(), 'renkei-open-data-')); }, { timeout: 180000 });
after(async () => { await browser?.stop(); if (folder) rmSync(folder, { recursive: true }); });

function file(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const bureauHead = '[令和７年１０月１日 現在 ],,,,,,,,,,,,,\n項番,都道府県コード,都道府県名,区分,医療機関番号,医療機関名称,医療機関所在地（住所）,電話番号,病床数,受理届出名称,受理記号,算定開始年月日,備考（見出し）,備考（データ）\n';
const bureau = (phoneNumber) => bureauHead
  + `1,27,大阪府,医科,0199999,（架空）見本医院,大阪市北区梅田１,${phoneNumber},一般　19,在宅療養支援診療所,支援診２,令和 6年 6月 1日,,\n`
  + '2,27,大阪府,医科,01,（架空）番号なし医院,大阪市中央区１,06(9999)0009,,,,,,\n';
const navii = 'ID,正式名称,正式名称（フリガナ）,機関区分,都道府県コード,市区町村コード,所在地,所在地座標（緯度）,所在地座標（経度）,案内用ホームページアドレス\n'
  + '2712799999999,（架空）見本医院,ミホンイイン,2,27,127,大阪市北区梅田1-1,34.7024,135.4959,https://example.jp/\n'
  + '2712799999998,（架空）海の上医院,ウミノウエイイン,2,27,127,大阪市北区梅田2,30.0,140.0,\n';
const own = '番号,施設名,ところ,TEL\n1,（架空）見本薬局,大阪市北区曽根崎1,06-9999-1234\n2,（架空）手本薬局,大阪市北区曽根崎2,06-9999-1235\n';

async function choose(person, ...files) {
  await person.goto('/facilities/imports/new');
  await person.page.setInputFiles('#file', files);
  await person.page.getByRole('button', { name: '中身を確かめる' }).click();
}

// The page loads itself again when its job has ended.
async function waits(person, text) {
  await person.page.getByText(text).first().waitFor({ timeout: 60000 });
}

test('two published files are looked at, imported, found to be about the same institution and taken back', async () => {
  const person = await browser.person();
  await person.signIn('health_bureau');
  await person.goto('/facilities/imports');
  await person.page.getByRole('link', { name: 'ファイルを取り込む' }).click();
  await person.look('facility-import-choose', { paper: false });
  await choose(person, file('a_todokede_r0710.csv', bureau('06(9999)0000')), file('b_02-1_clinic_facility_info_20260601.csv', navii));
  await waits(person, '取り込みをはじめる');
  await person.sees('まだ何も変わっていません');
  await person.sees('7桁（または9・10桁）の数字ではありません');
  await person.sees('離れているため');
  await person.look('facility-import-preview', { paper: false });
  await person.page.getByRole('button', { name: '取り込みをはじめる' }).click();
  await waits(person, '取り込みが終わりました');
  await person.look('facility-import-done', { paper: false });
  await person.page.getByRole('link', { name: 'a_todokede_r0710.csv' }).click();
  await person.look('facility-import-run', { paper: false });
  const refused = await person.download(() => person.page.getByRole('link', { name: '取り込めなかった行を受け取る' }).click());
  assert.match(readFileSync(refused.path, 'utf8'), /番号なし医院.*7桁/);

  await person.goto('/facilities/matches');
  await person.sees('名称と地域が同じです');
  await person.look('facility-match', { paper: false });
  await person.page.locator('body').press('s');
  await waits(person, '1つにまとめました');
  await person.goto('/facilities?q=' + encodeURIComponent('見本医院'));
  assert.equal(await person.page.getByRole('link', { name: '（架空）見本医院' }).count(), 1);
  await person.page.getByRole('link', { name: '（架空）見本医院' }).click();
  await person.sees('電話番号（地方厚生局）');
  await person.sees('06-9999-0000');
  await person.look('facility-merged', { paper: false });
  await person.goto('/facilities/matches?tab=decided');
  await person.look('facility-match-decided', { paper: false });
  await person.page.getByRole('button', { name: '元に戻す' }).click();
  await waits(person, '前の状態に戻しました');

  await person.goto('/facilities/imports');
  await person.look('facility-imports', { paper: false });
  await person.page.getByRole('link', { name: 'b_02-1_clinic_facility_info_20260601.csv' }).click();
  await person.page.getByRole('button', { name: 'この取り込みを取り消す' }).click();
  const sure = person.page.locator('dialog[open] button.button-danger');
  if (await sure.count()) await sure.click();
  await waits(person, '2件を取り込む前の状態に戻しました');
  await person.leave();
});

test('the columns of a layout of its own are told once', async () => {
  const person = await browser.person();
  await person.signIn('system_administrator');
  await choose(person, file('kita_yakkyoku.csv', own));
  await waits(person, '列の対応を決める');
  await person.look('facility-import-unknown', { paper: false });
  await person.page.getByRole('link', { name: '列の対応を決める' }).click();
  assert.equal(await person.page.locator('select[name="c.1"]').inputValue(), 'name');
  await person.page.locator('select[name="c.2"]').selectOption('address');
  await person.page.locator('#kind').selectOption('pharmacy');
  await person.page.locator('#prefecture').selectOption('大阪府');
  await person.page.locator('#name').fill('北区 薬局一覧');
  await person.look('facility-import-columns', { paper: false });
  await person.page.getByRole('button', { name: 'この対応で確かめる' }).click();
  await waits(person, '取り込みをはじめる');
  await person.sees('北区 薬局一覧');
  await person.page.getByRole('button', { name: '取り込みをはじめる' }).click();
  await waits(person, '取り込みが終わりました');
  await person.goto('/facilities/mappings');
  await person.page.locator('input[name="new_name"]').fill('大阪市北区の薬局');
  await person.page.getByRole('button', { name: '名前を変える' }).click();
  await waits(person, '名前を変えました');
  await person.look('facility-mappings', { paper: false });
  await choose(person, file('kita_yakkyoku_2.csv', own));
  await waits(person, '大阪市北区の薬局');
  await person.sees('変更なし 2件');
  await person.leave();
});

test('the journey works without script and on a phone', async () => {
  const person = await browser.person({ script: false, size: phone });
  await person.signIn('contractor_manager');
  await choose(person, file('c_02-1_clinic_facility_info_20260601.csv', navii));
  for (let i = 0; i < 60 && !(await person.page.getByRole('button', { name: '取り込みをはじめる' }).count()); i++) {
    await person.page.waitForTimeout(500);
    await person.page.reload();
  }
  await person.page.getByRole('button', { name: '取り込みをはじめる' }).click();
  for (let i = 0; i < 60 && !(await person.page.getByText('取り込みが終わりました').count()); i++) {
    await person.page.waitForTimeout(500);
    await person.page.reload();
  }
  await person.sees('取り込みが終わりました');
  await person.leave();
});
