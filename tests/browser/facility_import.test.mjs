// Open data in the browser: files looked at, imported, a refused row fetched, an unknown layout told, two sources decided to be one, all taken back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/service.mjs';
import { Browser, phone } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

const published = (name) => join(root, 'tests/data/facility', name);
const bureau = published('a_todokede_r0710.csv'), navii = published('b_02-1_clinic_facility_info_20260601.csv'), own = published('kita_yakkyoku.csv');

async function choose(person, ...files) {
  await person.goto('/facilities/imports/new');
  await person.page.setInputFiles('#file', files);
  await person.page.getByRole('button', { name: '中身を確かめる' }).click();
}

// The page loads itself again when its job has ended.
async function waits(person, text) {
  await person.page.getByText(text).first().waitFor({ timeout: 180000 });
}

test('two published files are looked at, imported, found to be about the same institution and taken back', async () => {
  const person = await browser.person();
  await person.signIn('health_bureau');
  await person.goto('/facilities/imports');
  await person.page.getByRole('link', { name: 'ファイルを取り込む' }).click();
  await person.look('facility-import-choose', { paper: false });
  await choose(person, bureau, navii);
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
  await choose(person, own);
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
  await choose(person, own);
  await waits(person, '大阪市北区の薬局');
  await person.sees('変更なし 2件');
  await person.leave();
});

test('the journey works without script and on a phone', async () => {
  const person = await browser.person({ script: false, size: phone });
  await person.signIn('contractor_manager');
  await choose(person, navii);
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
