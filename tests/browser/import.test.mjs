// A ledger of the past in the browser: chosen, its columns looked at, one unknown word told, imported, the refused rows fetched, all taken back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/service.mjs';
import { Browser } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

const ledger = join(root, 'tests/data/import/ledger_cp932.csv');

// look: takes a picture.
async function throughTheImport(person, look) {
  await person.goto('/consultations');
  await person.page.getByRole('link', { name: '台帳の取り込み' }).click();
  await person.sees('取り込みはまだありません');
  await person.page.getByRole('link', { name: '台帳を取り込む' }).first().click();
  await look('import-choose');
  await person.page.setInputFiles('#file', ledger);
  await person.page.getByRole('button', { name: '中身を確かめる' }).click();
  await person.sees('ほげほげ');
  await person.sees('年がありません');
  await look('import-columns');
  await person.page.locator('select[name="vc.0"]').selectOption('pharmacy');
  await person.page.locator('#year').fill('2023');
  await person.page.getByRole('button', { name: 'この対応で確かめる' }).click();
  await person.page.locator('.list-count', { hasText: '取り込める行 7件' }).waitFor();
  await person.page.getByRole('button', { name: '取り込みをはじめる' }).click();
  await person.page.getByText('7件を取り込みました').first().waitFor({ timeout: 180000 });
  await look('import-done');
}

test('a ledger is looked at, imported, mended and taken back', async () => {
  const person = await browser.person();
  await person.signIn('coordinator');
  await throughTheImport(person, (name) => person.look(name, { paper: false }));
  const [file] = await Promise.all([person.page.waitForEvent('download'), person.page.getByRole('link', { name: /取り込めなかった行/ }).click()]);
  const refused = readFileSync(await file.path(), 'utf8');
  assert.match(refused, /元の行番号,理由/);
  assert.match(refused, /2023-06-31/);
  await person.goto('/consultations/imports');
  await person.look('import-runs', { paper: false });
  person.page.once('dialog', (dialog) => dialog.accept());
  await person.page.getByRole('button', { name: '取り消す' }).first().click();
  const sure = person.page.locator('dialog[open] button.button-danger');
  if (await sure.count()) await sure.click();
  await person.sees('7件の相談をなくしました');
  await person.leave();
});
