// The coordinator's month: type a consultation once by keyboard, find it in the daily log and the monthly report, confirm, submit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { run } from '../support/service.mjs';
import { Browser, phone } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

// The number beside a row's name in a table of figures, as printed.
async function figure(person, row) {
  const cells = person.page.locator('table.figures tr', { has: person.page.getByRole('rowheader', { name: row, exact: true }) });
  return Number((await cells.locator('td.number').first().innerText()).replace(/[^\d]/g, ''));
}

async function monthlyCases(person) {
  await person.goto('/reports/r-mon?area=271276&period=2024-11');
  return figure(person, '相談件数');
}

async function recordByKeyboard(person) {
  const { page } = person;
  await person.goto('/');
  await person.type('n');
  await page.waitForURL('**/consultations/new*');
  await person.tabTo('received_at');
  await page.keyboard.press('Control+A');
  await person.type('r6.11.30');
  await person.sees('令和6年11月30日(土)');
  await person.tabTo('channel');
  await person.type('3');
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
