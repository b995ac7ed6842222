// Finding one's way: the search box of every page, candidates, what is overdue by whom, the month's sheets in one print, charts on a phone.
import assert from 'node:assert/strict';
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../support/service.mjs';
import { Browser, phone, screens } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

test('/ goes to the search box; Enter finds facilities and records; arrows walk the results and Enter opens one', async () => {
  const person = await browser.person();
  const { page } = person;
  await person.signIn('coordinator');
  await person.type('/', '病院', '{Enter}');
  await page.waitForURL('**/search');
  assert.equal(new URL(page.url()).search, '');
  await page.getByRole('heading', { name: '資源' }).waitFor();
  assert.ok(await page.locator('[data-walk] a[href^="/facilities/"]').count() > 1);
  await person.look('search-results', { paper: false });
  await person.type('{ArrowDown}', '{ArrowDown}', '{ArrowUp}');
  assert.equal(await page.evaluate(() => document.activeElement === document.querySelector('[data-walk] a.row-link')), true);
  const address = await page.evaluate(() => document.activeElement.getAttribute('href'));
  await person.type('{Enter}');
  await page.waitForURL(`**${address}`);
  await person.leave();
});

test('the bureau sees on its first page and on the board which room has not handed in what', async () => {
  const bureau = await browser.person();
  await bureau.signIn('health_bureau');
  await bureau.page.getByRole('heading', { name: '期限を過ぎた様式' }).waitFor();
  await bureau.look('today-bureau', { paper: false });
  await bureau.goto('/submissions');
  await bureau.page.locator('details.overdue summary').click();
  const lines = await bureau.page.locator('details.overdue tbody tr').count();
  assert.ok(lines > 0);
  await bureau.look('submissions-overdue', { paper: false });
  await bureau.page.locator('details.overdue tbody a').first().click();
  await bureau.page.locator('.status-late', { hasText: '期限切れ' }).waitFor();
  await bureau.leave();
});

test('the sheets of a month are printed in one document, each with its own head and pages', async () => {
  const person = await browser.person();
  await person.signIn('coordinator');
  await person.goto('/submissions/7/2024-10');
  const rows = await person.page.locator('table.figures tbody tr').count();
  const { name, path } = await person.download(() => person.page.getByRole('button', { name: 'まとめて印刷' }).click());
  assert.match(name, /^様式7_2024-10\.pdf$/);
  const kept = join(screens, 'sheets.pdf');
  writeFileSync(kept, readFileSync(path));
  const text = (await run('pdftotext', ['-layout', kept, '-'])).stdout;
  const heads = new Set(text.match(/R\d+-北-7-\d+/g));
  assert.equal(heads.size, rows);
  assert.equal(text.match(/(^|\s)1／\d/g).length, rows);
  await person.leave();
});

test('on a phone a chart is drawn for its width, and the report stands in one bar', async () => {
  const person = await browser.person({ size: phone });
  await person.signIn('health_bureau');
  await person.goto('/reports/t-osk-12?area=271004&period=FY2024');
  await person.fitsWidth();
  assert.equal(await person.page.locator('.chart-wide').first().isVisible(), false);
  const size = await person.page.locator('.chart-narrow svg text').first().evaluate((t) => t.getBoundingClientRect().height);
  assert.ok(size >= 11, `labels are ${size} px high`);
  await person.leave();
});

test('a candidate that was taken closes the list for good; a refused sheet still says which field is needed', async () => {
  const person = await browser.person();
  const { page } = person;
  await person.signIn('coordinator');
  await person.goto('/consultations/new');
  await page.locator('[name=patient_id_text]').fill('見本');
  await page.locator('.picker-item').first().waitFor();
  await person.type('{ArrowDown}', '{Enter}');
  assert.match(await page.locator('[name=patient_id]').inputValue(), /^[0-9a-f-]{36}$/);
  await page.waitForTimeout(600);
  assert.equal(await page.locator('.picker-list:visible').count(), 0);
  await page.locator('[name=content]').first().check();
  await page.locator('.form-actions button').first().click();
  await page.locator('.error-summary').waitFor();
  assert.match(await page.locator('[data-field=is_ltci_subject] legend').innerText(), /^介護保険対象者\s*必須$/);
  person.complaints = person.complaints.filter((said) => !said.includes('422')); // the refusal this journey asked for
  await person.leave();
});
