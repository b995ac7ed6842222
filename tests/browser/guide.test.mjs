// The guide of one ward: what goes in is chosen, an edition is made, the booklet is looked at and printed again as it was; whom to call is
// noted at an office's page.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../support/service.mjs';
import { Browser, screens } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(() => browser?.stop());

const fetched = (page, href) => page.evaluate(async (address) => {
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));
}, href).then((text) => Buffer.from(text, 'base64'));

test('the guide of 北区 is put together, made and printed again byte for byte', { timeout: 480000 }, async () => {
  const person = await browser.person();
  const { page } = person;
  await person.signIn('coordinator');
  await person.goto('/guides');
  await person.sees('冊子はまだありません');
  await person.goto('/guides/new');
  assert.match(await page.locator('[name=title]').inputValue(), /北区/);
  await page.locator('[name="sections.0.kind"]').selectOption('');
  await page.locator('[name="sections.0.service"]').selectOption('160');
  await page.locator('[name="sections.1.kind"]').selectOption('');
  await page.locator('[name="sections.1.service"]').selectOption('331');
  await person.look('guide-form', { paper: false });
  await page.getByRole('button', { name: '保存する' }).first().click();
  await person.sees('まだ作っていません');
  await page.getByRole('button', { name: 'きょうの内容で新しい版を作る' }).click();
  await page.getByText(/第1版（\d+件・\d+ページ）を作りました/).first().waitFor({ timeout: 180000 });
  await person.goto('/guides');
  await page.getByRole('link', { name: /北区/ }).first().click();
  await person.sees('第1版');
  await person.look('guide-show', { paper: false });
  const href = await page.locator('main a[href$="/booklet"]').getAttribute('href');
  const first = await fetched(page, href), again = await fetched(page, href);
  assert.equal(first.subarray(0, 5).toString(), '%PDF-');
  assert.ok(first.equals(again), 'the same bytes');
  const pdf = join(screens, 'guide-booklet.pdf');
  writeFileSync(pdf, first);
  const text = await run('pdftotext', ['-layout', pdf, '-']);
  assert.match(text.stdout, /もくじ/);
  assert.match(text.stdout, /通所リハビリテーション/);
  assert.match(text.stdout, /五十音順の索引/);
  assert.match(text.stdout, /地図：/);
  assert.equal((await run('pdftoppm', ['-r', '60', '-png', pdf, pdf.slice(0, -4)])).code, 0);
  await person.leave();
});

test('whom to call at an office is noted and stands on the office’s page', { timeout: 180000 }, async () => {
  const person = await browser.person();
  const { page } = person;
  await person.signIn('coordinator');
  await person.goto('/people');
  await person.sees('まだ登録がないか、条件に合う人がいません');
  await person.goto('/facilities');
  const entry = await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')).find((href) => /^\/facilities\/[0-9a-f-]{36}$/.test(href)));
  await person.goto(entry);
  await page.getByRole('link', { name: '連絡する人を加える' }).click();
  await page.locator('[name=name]').fill('見本 看子');
  await page.locator('[name=kana]').fill('みほん かんこ');
  await page.locator('[name=profession]').selectOption('nurse');
  await page.locator('[name=is_first_contact][value=yes]').check({ force: true });
  await page.locator('[name=phone]').fill('06-0000-0000');
  await person.look('person-form', { paper: false });
  await page.getByRole('button', { name: '保存する' }).first().click();
  await person.sees('写真はまだありません');
  await person.look('person-show', { paper: false });
  await page.getByRole('link', { name: '事業所のページ' }).click();
  await person.sees('見本 看子');
  await person.sees('まず連絡する人');
  await person.look('facility-people', { paper: false });
  await person.leave();
});
