// The yearly update in the browser: entries are chosen, sheets printed; an office scans its sheet and corrects a field on a phone without account and
// script; the editor sees old and new side by side and approves field by field; the directory says it; the edition is published.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { run } from '../support/service.mjs';
import { Browser, phone } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

async function scanned(person, button) {
  const { path } = await person.download(() => person.page.getByRole('button', { name: button }).click());
  const made = await run('pdftoppm', ['-r', '150', '-png', '-f', '1', '-l', '1', '-singlefile', path, `${path}-page`]);
  assert.equal(made.code, 0, made.stderr);
  const read = await run('zbarimg', ['-q', '--raw', `${path}-page.png`]);
  assert.equal(read.code, 0, read.stderr);
  return new URL(read.stdout.trim()).pathname;
}

test('the board of a campaign and the form that begins one are readable', async () => {
  const editor = await browser.person();
  await editor.signIn('coordinator');
  await editor.goto('/campaigns');
  await editor.sees('12か月以内に確認したのは');
  await editor.look('campaigns');
  await editor.page.getByRole('link', { name: /（見本）令和6年度/ }).click();
  await editor.sees('■直しあり');
  await editor.look('campaign-board');
  await editor.page.getByRole('link', { name: '（見本）天満訪問看護ステーション' }).click();
  await editor.page.getByText('直しがあった').click();
  await editor.look('campaign-paper');
  await editor.goto('/campaigns/new');
  await editor.look('campaign-new');
  await editor.goto('/reports/r-directory?area=271276&period=FY2024');
  await editor.sees('12か月以内に確認');
  await editor.leave();
});

test('an office corrects its entry from the sheet, the editor approves one field and keeps another, the directory says it', async () => {
  const editor = await browser.person();
  await editor.signIn('coordinator');
  await editor.goto('/campaigns/new');
  await editor.page.getByLabel('名前').first().fill('見本の更新');
  await editor.page.getByLabel('名称などの言葉').fill('中津');
  await editor.page.getByText('12か月以内に確認した事業所を除く').click();
  await editor.page.getByRole('button', { name: 'この条件で選ぶ' }).click();
  await editor.sees('送る事業所を選びました');
  const campaign = editor.page.url();
  await editor.page.goto(`${campaign}?state=chosen`);
  await editor.sees('（見本）中津訪問看護ステーション');
  const path = await scanned(editor, /^用紙を印刷する/);
  assert.match(path, /^\/u\/[\w-]{32}$/);

  const looker = await browser.person({ size: phone });
  await looker.goto(path);
  await looker.look('campaign-link', { paper: false });
  await looker.page.getByText('直すところがある').click();
  await looker.look('campaign-link-form', { paper: false });
  await looker.leave();

  const office = await browser.person({ size: phone, script: false });
  await office.goto(path);
  await office.sees('（見本）中津訪問看護ステーション');
  await office.page.getByText('直すところがある').click();
  await office.page.getByLabel('住所').fill('大阪府大阪市北区架空町9-9');
  await office.page.getByLabel('電話番号').fill('06-0000-7777');
  await office.page.getByLabel('医師に電話できる時間').fill('（見本）火曜の昼');
  await office.page.getByLabel('そのほか変わったこと').fill('（見本）来月移ります');
  await office.page.locator('button.button-primary', { hasText: '直した内容を送る' }).click();
  await office.sees('直した内容を受け取りました');
  await office.sees('06-0000-7777');
  await office.leave();

  await editor.page.goto(`${campaign}?state=corrected`);
  await editor.page.getByRole('link', { name: '（見本）中津訪問看護ステーション' }).click();
  await editor.sees('06-0000-7777');
  await editor.sees('（見本）来月移ります');
  await editor.page.getByRole('button', { name: '確かめた内容で確定する' }).click();
  await editor.sees('まだ選んでいない項目があります');
  editor.complaints.length = 0; // the browser complains about the 422 of the refusal
  await editor.sees('「直す」か「いまのまま」を選んでください。');
  await editor.page.getByRole('group', { name: '住所をどちらにするか' }).getByText('直す', { exact: true }).click();
  await editor.page.getByRole('button', { name: '確かめた内容で確定する' }).click();
  await editor.sees('まだ選んでいない項目があります');
  editor.complaints.length = 0;
  assert.ok(await editor.page.locator('input[name="verdict.address"][value=approved]').isChecked(), 'what was chosen stays');
  await editor.page.getByRole('group', { name: '電話番号をどちらにするか' }).getByText('直す', { exact: true }).click();
  await editor.page.getByRole('group', { name: '医師に電話できる時間をどちらにするか' }).getByText('いまのまま', { exact: true }).click();
  await editor.look('campaign-review');
  await editor.page.getByRole('button', { name: '確かめた内容で確定する' }).click();
  await editor.sees('確かめた内容を案内に反映しました');

  await editor.goto('/vacancies');
  await editor.page.getByRole('link', { name: '（見本）中津訪問看護ステーション' }).click();
  await editor.page.getByRole('link', { name: '資源の情報を見る' }).click();
  await editor.sees('06-0000-7777');
  assert.equal(await editor.page.getByText('火曜の昼').count(), 0);
  await editor.sees('※住所');
  await editor.look('facility-corrected');
  const row = editor.page.locator('#corrections tr', { hasText: '架空町9-9' });
  await row.getByRole('button', { name: /公開データに戻す/ }).click();
  await editor.page.getByRole('dialog').getByRole('button', { name: /戻す|はい/ }).click();
  await editor.sees('公開データの内容に戻しました。');
  assert.equal(await editor.page.getByText('架空町9-9').count(), 0);

  await editor.page.goto(campaign);
  await editor.page.getByText('この内容を新しい版として公開する').click();
  await editor.page.getByLabel('版の説明').fill('見本の版');
  editor.page.on('dialog', (dialog) => dialog.accept());
  await editor.page.getByRole('button', { name: '公開する', exact: true }).click();
  const sure = editor.page.getByRole('dialog').getByRole('button', { name: /公開する|はい/ });
  if (await sure.count()) await sure.click();
  await editor.sees('第1版として');
  await editor.look('campaign-published');
  const edition = await editor.page.evaluate(async (address) => (await fetch(address)).text(), `${new URL(campaign).pathname}/edition/csv`);
  assert.match(edition, /中津訪問看護ステーション.*06-0000-7777.*直して確認/);
  await editor.leave();
});
