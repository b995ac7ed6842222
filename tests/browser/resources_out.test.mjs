// What comes out of the directory: files from its list, figures about an area with the way back to the entries behind them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Browser, phone } from './browser.mjs';

let browser;
before(async () => {
  browser = await Browser.start();
  const { service } = browser;
  // Invented people by ward: round numbers that nobody takes for a statistic.
  const people = join(service.folder, 'people.csv');
  writeFileSync(people, '全国地方公共団体コード,年,65歳以上人口,出典\n271276,2024,30000,見本の統計（架空）\n271039,2024,20000,見本の統計（架空）\n');
  const made = await service.command('import', 'population', people);
  assert.equal(made.code, 0, made.stderr);
}, { timeout: 180000 });
after(async () => { await browser?.stop(); });

test('the list of the directory is taken along as an open data set and as a table, with what the filter shows', async () => {
  const person = await browser.person();
  const { page } = person;
  await person.signIn('coordinator');
  await person.goto('/facilities?area=271276&service=730');
  await page.locator('details.export-menu summary').click();
  await person.look('facilities-export', { paper: false });
  const c1 = await person.download(() => page.getByRole('link', { name: '介護サービス事業所一覧（自治体標準）' }).click());
  assert.equal(c1.name, '271276_care_service.csv');
  const rows = readFileSync(c1.path, 'utf8').split('\r\n').filter(Boolean);
  assert.ok(rows[0].startsWith('\ufeff全国地方公共団体コード,ID,地方公共団体名,'));
  assert.equal(rows.length - 1, Number((await page.locator('p.list-count').textContent()).match(/\d+/)[0]));
  assert.ok(rows.slice(1).every((row) => row.includes('小規模多機能型居宅介護')));
  const map = await person.download(() => page.getByRole('link', { name: 'GeoJSON' }).click());
  assert.equal(JSON.parse(readFileSync(map.path, 'utf8')).features.length, rows.length - 1);
  await person.leave();
});

test('figures about the wards stand among the reports, divided by people where known, and open the entries behind them', async () => {
  const bureau = await browser.person();
  await bureau.signIn('health_bureau');
  await bureau.goto('/reports');
  await bureau.page.getByRole('link', { name: 'サービス別の事業所数' }).click();
  await bureau.page.locator('table.figures').waitFor();
  await bureau.look('indicator-services', { paper: false });
  const figure = bureau.page.locator('table.figures a.figure[href*="area=271276&service=730"]').first();
  const count = await figure.textContent();
  await figure.click();
  await bureau.page.locator('p.list-count').waitFor();
  assert.match(await bureau.page.locator('p.list-count').textContent(), new RegExp(`^${count}件`));
  await bureau.goto('/reports/i-nearest?area=271004');
  await bureau.look('indicator-nearest', { paper: false });
  await bureau.goto('/reports/i-home-care?area=271004');
  await bureau.look('indicator-home-care', { paper: false });
  await bureau.leave();
});

test('the same on a phone', async () => {
  const person = await browser.person({ size: phone });
  await person.signIn('coordinator');
  await person.goto('/facilities?area=271276');
  await person.page.locator('details.export-menu summary').click();
  await person.look('facilities-export-phone', { paper: false });
  await person.goto('/reports/i-nearest');
  await person.look('indicator-nearest-phone', { paper: false });
  await person.leave();
});
