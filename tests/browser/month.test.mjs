// The coordinator's month in the browser: type a consultation once, by keyboard alone; find it in the daily log and the monthly figures; the manager
// confirms, the room submits, the bureau receives; PDF and Excel say the same.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../support/service.mjs';
import { Browser, phone, screens } from './browser.mjs';

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
  assert.equal(await page.locator('select[name=consulter_type]').inputValue(), 'care_manager');
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

test('the manager confirms the monthly report, the room submits it, the bureau receives and accepts it', async () => {
  const manager = await browser.person();
  await manager.signIn('contractor_manager');
  await manager.goto('/submissions');
  await manager.look('submissions');
  await manager.goto('/submissions/3/2024-10');
  const cases = await figure(manager, '相談シート（すべて）');
  assert.ok(cases > 0);
  await manager.page.getByRole('button', { name: '確認して数字を確定する' }).click();
  const question = manager.page.getByRole('dialog');
  await question.getByRole('button', { name: '確認して数字を確定する' }).click();
  await manager.page.getByRole('button', { name: '提出する' }).waitFor();
  assert.equal(await figure(manager, '相談シート（すべて）'), cases);
  assert.equal(await manager.page.getByText('確定したあとに変わった数字').count(), 0);
  await manager.look('monthly-report-confirmed');
  await manager.page.getByRole('button', { name: '提出する' }).click();
  await manager.sees('提出済み');
  await manager.leave();

  const bureau = await browser.person();
  await bureau.signIn('health_bureau');
  await bureau.goto('/submissions?month=2024-10');
  await bureau.page.locator('tr', { has: bureau.page.locator('th', { hasText: /^北区/ }) }).locator('td[data-label="様式3"] a').click();
  await bureau.page.getByRole('button', { name: '受領する' }).click();
  await bureau.page.getByRole('button', { name: '受理する' }).click();
  await bureau.sees('受理');
  assert.equal(await figure(bureau, '相談シート（すべて）'), cases);

  const pdf = await saved(bureau, 'PDF', 'monthly-report.pdf', /^application\/pdf/);
  const text = (await run('pdftotext', ['-layout', pdf, '-'])).stdout;
  assert.match(text, /令和6年10月/);
  assert.match(text, new RegExp(`相談シート（すべて）\\s.*\\b${cases}\\b`));
  await run('pdftoppm', ['-r', '80', '-png', pdf, pdf.slice(0, -4)]);
  const book = await saved(bureau, 'Excel', 'monthly-report.xlsx', /^application\/vnd\.openxmlformats/);
  const cells = (await run('unzip', ['-p', book, 'xl/worksheets/sheet1.xml'])).stdout;
  assert.match(cells, new RegExp(`<v>${cases}</v>`));
  await bureau.leave();
});

// Takes one format from the export menu and keeps the file among the screens.
async function saved(person, label, name, type) {
  await person.page.locator('.export-menu summary').click();
  const link = person.page.locator('.export-menu a', { hasText: label }).first();
  const reply = await person.context.request.get(await link.evaluate((a) => a.href));
  assert.equal(reply.status(), 200);
  assert.match(reply.headers()['content-type'], type);
  const path = join(screens, name);
  writeFileSync(path, await reply.body());
  await person.page.locator('.export-menu summary').click();
  return path;
}

test('the city’s table carries the printed figures, and a figure opens its records', async () => {
  const bureau = await browser.person();
  await bureau.signIn('health_bureau');
  await bureau.goto('/reports/t-osk-12?area=271004&period=FY2024');
  assert.equal(await figure(bureau, '会議出席回数'), 2505);
  await bureau.look('t-osk-12');
  await bureau.page.locator('a.figure', { hasText: '2,211' }).click();
  await bureau.sees('全2,211件中');
  await bureau.leave();
});

test('on a phone the rest of the menu is under その他, and nothing is wider than the screen', async () => {
  const person = await browser.person({ size: phone });
  await person.signIn('coordinator');
  await person.page.locator('.rail-other summary').click();
  await person.page.locator('.rail-other a', { hasText: '報告' }).click();
  await person.page.waitForURL('**/reports');
  for (const path of ['/', '/consultations', '/consultations/new', '/daily-logs', '/submissions', '/reports']) {
    await person.goto(path);
    await person.page.setViewportSize({ width: 360, height: 700 });
    await person.fitsWidth();
  }
  await person.leave();
});

test('at 200 % zoom the form is whole and nothing is hidden behind its foot', async () => {
  const person = await browser.person({ zoom: 2 });
  await person.signIn('coordinator');
  await person.goto('/consultations/new');
  await person.fitsWidth();
  await person.tabTo('summary');
  const [box, foot] = await person.page.evaluate(() => [document.activeElement, document.querySelector('.form-actions')].map((e) => e.getBoundingClientRect().toJSON()));
  assert.ok(box.top >= 0 && box.top < foot.top, 'the focused box is in sight');
  await person.leave();
});

test('without script the form saves and says what is wrong beside the field', async () => {
  const person = await browser.person({ script: false });
  await person.page.goto('/');
  await person.page.getByRole('button', { name: 'コーディネーター' }).click();
  await person.goto('/consultations/new');
  await person.page.locator('[name=received_at]').fill('あさって以降');
  await person.page.locator('.form-actions button').first().click();
  await person.page.locator('.error-summary').waitFor();
  assert.equal(await person.page.locator('[name=received_at]').inputValue(), 'あさって以降');
  assert.match(await person.page.locator('[data-field=received_at] .field-error').innerText(), /読み取れません/);
  await person.context.close();
});
