// 65歳以上人口 in the browser: who keeps the lists finds nothing, is told what to do, enters one number, mends it, and brings the rest as a file.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

test('the population is entered by form and by file, and the reports divide by it', async () => {
  const keeper = await browser.person();
  await keeper.signIn('health_bureau');
  await keeper.goto('/facilities');
  await keeper.page.getByRole('link', { name: '65歳以上人口' }).click();
  await keeper.sees('まだ入っていません。');
  await keeper.look('population-empty');

  await keeper.page.getByRole('button', { name: 'この人口を入れる' }).click();
  await keeper.sees('出典を入力してください。');
  keeper.complaints.length = 0; // the browser complains about the 422 of the refusal
  await keeper.look('population-error');

  await keeper.field('地域');
  await keeper.type('北区');
  await keeper.page.getByRole('option', { name: /大阪市北区/ }).first().click();
  await (await keeper.field('年')).fill('2020');
  await (await keeper.field('65歳以上人口')).fill('30000');
  await (await keeper.field('出典')).fill('見本統計');
  await keeper.page.getByRole('button', { name: 'この人口を入れる' }).click();
  await keeper.sees('大阪市北区（2020年）の65歳以上人口を入れました。');

  const sheet = await keeper.download(() => keeper.page.getByRole('link', { name: /様式をダウンロードする/ }).click());
  const filled = readFileSync(sheet.path, 'utf8').replaceAll(/^(\d{6}),([^,]+),,,/gm, '$1,$2,2024,"12,345",見本統計').replace('2024,"12,345"', '2024,とても多い');
  const path = join(tmpdir(), `renkei-population-${process.pid}.csv`);
  writeFileSync(path, filled);
  await keeper.page.getByLabel('人口のファイル').setInputFiles(path);
  await keeper.page.getByRole('button', { name: '取り込む', exact: true }).click();
  await keeper.sees('24行を読み、23件が変わりました。');
  await keeper.sees('2行目　65歳以上人口：0以上の整数で入力してください。');
  keeper.complaints.length = 0;
  await keeper.look('population');

  await keeper.goto('/reports/i-services?area=271004&period=FY2024');
  await keeper.sees('12,345');
  await keeper.leave();
});
