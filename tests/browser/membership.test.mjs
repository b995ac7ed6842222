// Somebody who works for two offices changes between them from the user menu of any page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(() => browser?.stop());

async function coordinatorWorksAlsoAt(office) {
  const person = await browser.person(), { page } = person;
  await person.signIn('system_administrator');
  await person.goto('/settings/users');
  await page.getByRole('link', { name: /見本（北） 花子/ }).first().click();
  await page.locator('[name=office_id_text]').fill(office);
  await page.locator('[data-field=office_id] [role=option]').filter({ hasText: office }).first().click();
  await page.locator('.chip', { hasText: 'コーディネーター' }).click();
  await page.locator('[name=from_on]').fill('R5.3.1'); // older than her own, which she signs in with;
  await page.locator('.form-actions .button-primary').click();
  await page.getByText(office).first().waitFor();
  await person.leave();
}

test('the user menu offers the other office, and one press changes to it', { timeout: 240000 }, async () => {
  await coordinatorWorksAlsoAt('福島区在宅');
  const person = await browser.person(), { page } = person;
  await person.signIn('coordinator');
  await person.goto('/consultations');
  await page.locator('.user-summary').click();
  const button = page.getByRole('button', { name: /福島区在宅.*に切り替える/ });
  await button.waitFor();
  await person.look('user-menu', { paper: false });
  await button.click();
  await page.getByRole('heading', { level: 1, name: 'きょう' }).waitFor();
  await person.goto('/account');
  await page.locator('#memberships li', { hasText: 'いま表示している所属' }).filter({ hasText: '福島区在宅' }).waitFor();
  await person.leave();
});

test('without scripts the menu leads to one’s own page, where the same is done', { timeout: 240000 }, async () => {
  const person = await browser.person({ script: false }), { page } = person;
  await person.signIn('coordinator');
  await page.locator('.user-summary').click();
  await page.getByRole('link', { name: '所属の切り替え' }).click();
  await page.getByRole('heading', { name: '所属', exact: true }).waitFor();
  assert.match(page.url(), /\/account#memberships$/);
  await person.leave();
});
