// The system administrator looks after the data: a slip is told beside the field, the encrypted backup arrives as a file, a verification
// says what it found.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Browser } from './browser.mjs';

let browser, person;
before(async () => {
  browser = await Browser.start();
  person = await browser.person();
}, { timeout: 180000 });
after(() => browser?.stop());

test('a backup and a verification by hand', { timeout: 480000 }, async () => {
  const { page } = person;
  await person.signIn('system_administrator');
  await person.goto('/settings');
  await page.getByRole('link', { name: 'データの保管' }).click();
  await person.sees('まだバックアップがありません');
  const fill = async (again) => {
    await page.getByLabel('合い言葉 必須', { exact: true }).fill('さくらの池に三つの月が映る');
    await page.getByLabel('合い言葉（もう一度）').fill(again);
    await page.getByRole('button', { name: 'バックアップを作る' }).click();
  };
  await page.getByLabel('理由').fill('月例の保管');
  await fill('ちがう合い言葉をいれました');
  await person.sees('2回の合い言葉が違います');
  person.complaints = person.complaints.filter((said) => !/422/.test(said)); // the refusal we asked for
  assert.equal(await page.getByLabel('理由').inputValue(), '月例の保管');
  await person.look('keeping-slip', { paper: false });
  await fill('さくらの池に三つの月が映る');
  await page.getByText('終わりました').first().waitFor({ timeout: 180000 });
  const arriving = page.waitForEvent('download');
  await page.getByRole('link', { name: '暗号化したバックアップを受け取る' }).click();
  const file = join(browser.service.folder, 'taken.backup');
  await (await arriving).saveAs(file);
  assert.equal(readFileSync(file).subarray(0, 17).toString(), 'RENKEI-BACKUP 1\nS');
  await person.goto('/settings/keeping');
  await page.getByRole('button', { name: '検証をはじめる' }).click();
  await page.getByText('異常はありません').first().waitFor({ timeout: 180000 });
  await person.goto('/settings/keeping');
  await person.sees('●1時間以内');
  await person.look('keeping', { paper: false });
  assert.deepEqual(person.complaints, []);
});
