// The coordinator's month in the browser: type a consultation once, by keyboard alone; find it in the daily log and the monthly figures; the manager
// confirms, the room submits, the bureau receives; PDF and Excel say the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { run } from '../support/service.mjs';
import { Browser, phone } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

// The first number beside a row's name in a table of figures.
async function figure(person, row) {
  const line = person.page.locator('table.figures tr', { has: person.page.locator('th', { hasText: new RegExp(`^${row}$`) }) }).first();
  return Number((await line.locator('td.number').first().innerText()).replace(/[^\d]/g, ''));
}

test('the first page says what is due, at desk size, on a phone and on paper', async () => {
  const person = await browser.person();
  await person.page.goto('/');
  await person.look('sign-in', { paper: false });
  await person.signIn('coordinator');
  await person.look('today');
  await person.leave();
});

test('the list of keys opens with ? and closes with Esc', async () => {
  const person = await browser.person();
  await person.signIn('coordinator');
  await person.type('?');
  const list = person.page.getByRole('dialog', { name: 'キー操作の一覧' });
  await list.waitFor();
  await person.axe();
  await person.type('{Escape}');
  await list.waitFor({ state: 'hidden' });
  await person.leave();
});

test('a consultation is typed by keyboard alone and is found in the daily log and in the monthly figures', async () => {
  const person = await browser.person();
  const { page } = person;
  await person.signIn('coordinator');
  await person.goto('/reports/r-mon?area=271276&period=2024-11');
  const sheets = await figure(person, '相談シート（すべて）'), phoned = await figure(person, '電話');

  await person.type('n');
  await page.waitForURL('**/consultations/new');
  await person.tabTo('received_at');
  await person.type('{Control+a}', 'r6.11.29');
  await person.sees('令和6年11月29日(金)');
  await person.type('{Tab}', '{Control+a}', '1403');
  await person.tabTo('channel');
  assert.equal(await page.locator('[name=channel]').inputValue(), 'phone');
  await person.tabTo('consulter_type');
  await person.type('介護支援');
  await person.type('介護支援');
  await person.tabTo('subject_kind');
  await person.type('1');
  await person.tabTo('is_ltci_subject');
  await person.type('1');
  await person.tabTo('patient_kana');
  await person.type('ミホン ハナコ');
  await person.tabTo('patient_name');
  await person.type('見本 花子');
  await person.tabTo('content');
  await person.type('1');
  await person.tabTo('summary');
  await person.type('退院後の訪問診療の医師をさがしている。');
  await page.getByText('下書きを保存しました').waitFor();
  await person.tabTo('outcome');
  await person.type('1');
  await person.look('consultation-form');
  await person.type('{Control+Enter}');
  await page.locator('.error-summary, .flash').first().waitFor();
  assert.deepEqual(await page.locator('.error-summary li').allInnerTexts(), []);
  await page.waitForURL(/\/consultations\/[0-9a-f-]{36}$/);
  await person.sees('退院後の訪問診療の医師をさがしている。');
  assert.equal(await page.getByText('電話', { exact: true }).count() > 0, true);
  await person.look('consultation');

  await person.goto('/daily-logs/2024-11-29');
  await person.sees('14:03');
  await person.look('daily-log');
  await person.goto('/reports/r-mon?area=271276&period=2024-11');
  assert.equal(await figure(person, '相談シート（すべて）'), sheets + 1);
  assert.equal(await figure(person, '電話'), phoned + 1);
  await person.look('monthly-figures');
  await person.leave();
});
