// 届きやすさ: the map of how far the nearest service is, on a desk, on a phone, on paper, and without a script; the table beside it says the same.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../support/service.mjs';
import { Browser, phone, screens } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

const kind = '看護小規模多機能';

test('a coordinator chooses a kind and an area; every district of the map stands in the table with the same figure', async () => {
  const person = await browser.person(), { page } = person;
  await person.signIn('coordinator');
  await person.goto('/facilities');
  await page.getByRole('link', { name: '届きやすさ' }).click();
  await page.getByLabel('種類').selectOption({ label: kind });
  await page.getByRole('button', { name: '表示する' }).click();
  await page.waitForURL('**/coverage?kind=nursing_multifunctional**');
  const map = page.locator('.chart-wide svg');
  await map.waitFor();
  const words = await map.locator('text').allTextContents();
  const rows = await page.locator('#figures tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  assert.equal(rows.length, 24);
  for (const [, name, figure] of rows) {
    assert.ok(words.includes(name), `${name} stands on the map`);
    assert.equal(words[words.indexOf(name) + 1], figure);
  }
  await person.look('coverage');
  await page.getByLabel('地域').selectOption({ label: '大阪府' });
  await page.getByRole('button', { name: '表示する' }).click();
  await page.waitForURL('**area=270008**');
  assert.equal(await page.locator('#figures tbody tr').count(), 43);
  await person.look('coverage-prefecture', { paper: false });
  await page.locator('#figures tbody a').first().click();
  await page.waitForURL('**/facilities/*-*');
  await person.leave();
});

test('what nobody has recorded is said so, and is no shade of near', async () => {
  const person = await browser.person();
  await person.signIn('coordinator');
  await person.goto('/coverage?kind=support_clinic');
  await person.sees('どの地区からも64 km以内に載っていません');
  assert.match(await person.page.locator('.chart-wide svg').textContent(), /64 km以内になし　24地区/);
  await person.look('coverage-unknown', { paper: false });
  await person.leave();
});

test('the map is printed with its legend, and downloaded as a drawing that stands alone', async () => {
  const person = await browser.person(), { page } = person;
  await person.signIn('coordinator');
  await person.goto('/coverage?kind=nursing_multifunctional');
  const menu = page.locator('.export-menu summary');
  await menu.click();
  const pdf = await person.download(() => page.getByRole('link', { name: 'PDF（地図と表）' }).click());
  assert.match(pdf.name, /^いちばん近い看護小規模多機能までの距離_大阪市\.pdf$/);
  const kept = join(screens, 'coverage-paper.pdf');
  writeFileSync(kept, readFileSync(pdf.path));
  await run('pdftoppm', ['-r', '80', '-png', '-f', '1', '-l', '1', '-singlefile', kept, kept.slice(0, -4)]);
  const text = (await run('pdftotext', ['-layout', kept, '-'])).stdout;
  for (const words of ['東淀川区', '500 m以内', '国土数値情報', '令和6年11月30日', '1／2']) assert.ok(text.includes(words), words);
  await page.goto('/coverage?kind=nursing_multifunctional');
  await menu.click();
  const svg = await person.download(() => page.getByRole('link', { name: '地図（SVG）' }).click());
  assert.match(readFileSync(svg.path, 'utf8'), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  await person.leave();
});

test('on a phone the map is drawn for its width and the table fits; without a script all of it works', async () => {
  const person = await browser.person({ size: phone });
  await person.signIn('coordinator');
  await person.goto('/coverage?kind=nursing_multifunctional');
  assert.equal(await person.page.locator('.chart-wide').isVisible(), false);
  const size = await person.page.locator('.chart-narrow svg text').last().evaluate((text) => text.getBoundingClientRect().height);
  assert.ok(size >= 11, `letters are ${size} px high`);
  await person.fitsWidth();
  const table = await person.page.locator('#figures').evaluate((box) => box.scrollWidth - box.clientWidth);
  assert.ok(table <= 0, `the table is ${table} px too wide`);
  const cookies = await person.context.cookies();
  await person.leave();
  const bare = await browser.person({ size: phone, script: false });
  await bare.context.addCookies(cookies);
  await bare.goto('/coverage');
  await bare.page.getByLabel('種類').selectOption({ label: kind });
  await bare.page.getByRole('button', { name: '表示する' }).click();
  await bare.page.waitForURL('**kind=nursing_multifunctional**');
  assert.ok(await bare.page.locator('.chart-narrow svg').isVisible());
  await bare.context.close();
});
