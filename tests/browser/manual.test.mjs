// The user manual's pictures: every page that doc/manual shows is visited and taken, in the order a room's month goes.  They land under
// build/screens/manual; script/manual-screens puts them into doc/manual/screens instead.  A page that is gone, a picture that no page of the manual
// uses and a picture that is missing fail.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, run } from '../support/service.mjs';
import { Browser, phone, screens } from './browser.mjs';
import { oneTimeCode } from '../support/totp.mjs';

const manual = join(root, 'doc/manual'), kept = join(manual, 'screens');
const folder = process.env.RENKEI_MANUAL_SCREENS ?? join(screens, 'manual');
const size = { width: 1200, height: 820 };
const taken = new Set();
let browser;

before(async () => {
  browser = await Browser.start();
  mkdirSync(folder, { recursive: true });
}, { timeout: 180000 });
after(async () => { await browser?.stop(); });

const signedIn = async (role, at = browser, options = {}) => {
  const person = await at.person({ size, ...options });
  await person.signIn(role);
  return person;
};

// Few colours keep the letters and a tenth of the bytes.
async function picture(person, name, { from, height } = {}) {
  if (height) await person.page.setViewportSize({ width: size.width, height });
  if (from) await person.page.locator(from).first().evaluate((e) => scrollTo(0, e.getBoundingClientRect().top + scrollY - 120));
  else await person.page.evaluate(() => scrollTo(0, 0));
  await person.page.mouse.move(size.width - 2, 2);
  const path = join(folder, `${name}.png`);
  await person.page.screenshot({ path, animations: 'disabled' });
  const small = await run('pngquant', ['--force', '--speed', '1', '--strip', '--ext', '.png', '40', path]);
  assert.equal(small.code, 0, small.stderr);
  if (height) await person.page.setViewportSize(size);
  taken.add(`${name}.png`);
}

test('はじめに: first password, second factor, recovery codes, locked screen', async () => {
  const fresh = await Browser.start({ demo: false });
  try {
    const made = await fresh.service.command('user', 'add', 'hanako', '--role', 'coordinator', '--office', 'room-271276', '--area', '271276', '--office-name',
      '北区在宅医療・介護連携相談支援室', '--name', '見本 花子', '--kana', 'ミホン ハナコ');
    assert.equal(made.code, 0, made.stderr);
    const person = await fresh.person({ size }), { page } = person;
    await person.goto('/');
    await page.getByLabel('利用者ID').fill('hanako');
    await picture(person, 'sign-in', { height: 620 });
    await page.getByLabel('パスワード').fill(/password (\S+)/.exec(made.stdout)[1]);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.waitForURL('**/sign-in/password*');
    await picture(person, 'first-password', { height: 520 });
    await page.locator('#answer').fill('Renraku-2024-Mihon');
    await page.locator('.button-primary').click();
    await page.waitForURL('**/sign-in/second-factor*');
    await picture(person, 'second-factor', { height: 900 });
    await page.locator('#code').fill(oneTimeCode(await page.locator('ol code').innerText(), Date.now()));
    await page.getByRole('button', { name: '登録する' }).click();
    await page.locator('.recovery-codes').waitFor();
    await picture(person, 'recovery-codes', { height: 620 });
    await page.getByRole('link', { name: '保管しました' }).click();
    await person.goto('/account');
    await picture(person, 'account', { height: 900 });
    await person.goto('/consultations/new');
    await page.clock.install();
    await page.clock.fastForward('10:30');
    await page.locator('#idle').getByRole('link', { name: 'ロックを解除する' }).waitFor();
    await picture(person, 'locked');
    await person.leave();
  } finally {
    await fresh.stop();
  }
});

test('きょう: the first page, on a phone, and the list of keys', async () => {
  const person = await signedIn('coordinator');
  await picture(person, 'today');
  await person.type('?');
  await person.page.getByRole('dialog', { name: 'キー操作の一覧' }).waitFor();
  await picture(person, 'keys');
  await person.leave();
  const walking = await signedIn('coordinator', browser, { size: phone });
  await picture(walking, 'today-phone');
  await walking.leave();
});

test('相談を記録する: form, date, earlier cases, draft, errors, the sheet, the list', async () => {
  const hasty = await signedIn('coordinator');
  await hasty.goto('/consultations/new');
  await hasty.page.locator('.form-actions .button-primary').click();
  await hasty.page.locator('.error-summary').waitFor();
  await picture(hasty, 'form-errors');
  await hasty.context.close(); // the console complains about the 422 itself
  const person = await signedIn('coordinator'), { page } = person;
  await person.goto('/consultations/new');
  await person.tabTo('received_at');
  await person.type('{Control+a}', '11/29');
  await person.sees('令和6年11月29日(金)');
  await person.type('{Tab}', '{Control+a}', '1403');
  await person.tabTo('consulter_type');
  await person.type('介護支援');
  await picture(person, 'consultation-form', { height: 900 });
  await person.tabTo('subject_kind');
  await person.type('1');
  await person.tabTo('is_ltci_subject');
  await person.type('1');
  await page.locator('[name=patient_id_text]').fill('レンシュウ');
  await page.locator('[data-field=patient_id] [role=option]').first().filter({ hasText: '練習' }).waitFor();
  await picture(person, 'consultation-picker', { from: '[data-field=subject_kind]' });
  // One who has been here before; which of these names stands first is the index's affair, which follows in its own time.
  await page.locator('[data-field=patient_id] [role=option]').filter({ hasText: '菊枝' }).click();
  await page.getByText('この方のこれまでの相談').waitFor();
  await picture(person, 'consultation-earlier', { from: '[data-field=subject_kind]' });
  await person.tabTo('content');
  await person.type('1');
  await page.locator('[name=summary]').fill('退院後の訪問診療の医師をさがしている。');
  await page.getByText('下書きを保存しました').waitFor();
  await picture(person, 'consultation-draft-saved', { from: '[data-field=summary]' });
  await person.goto('/');
  await picture(person, 'today-draft', { from: '.today-group:has(h2:text("下書き"))', height: 560 });
  await person.goto('/consultations/new');
  await page.locator('.draft-banner').waitFor();
  await picture(person, 'consultation-draft', { height: 560 });
  await page.locator('.draft-banner a').first().click();
  await page.locator('[name=outcome]').first().waitFor();
  assert.equal(await page.locator('[name=summary]').inputValue(), '退院後の訪問診療の医師をさがしている。');
  await person.tabTo('outcome');
  await person.type('1');
  await picture(person, 'consultation-outcome', { from: '[data-field=outcome]' });
  await person.type('{Control+Enter}');
  await page.waitForURL(/\/consultations\/[0-9a-f-]{36}$/);
  await picture(person, 'consultation');
  await person.goto(`${new URL(page.url()).pathname}/history`);
  await person.goto('/consultations');
  await picture(person, 'consultations');
  await page.locator('.filter-form summary').click();
  await picture(person, 'consultations-filter', { height: 900 });
  await page.locator('.filter-form summary').click();
  await page.locator('.export-menu summary').click();
  await picture(person, 'export-menu', { from: '.list-bar', height: 560 });
  await person.leave();
});

test('日報: a day, and the day’s own part', async () => {
  const person = await signedIn('coordinator');
  await person.goto('/daily-logs/2024-11-22');
  await person.sees('10件');
  await picture(person, 'daily-log');
  await picture(person, 'daily-log-remarks', { from: 'form.form' });
  await person.leave();
  const manager = await signedIn('contractor_manager');
  await manager.goto('/daily-logs/2024-11-22');
  await picture(manager, 'daily-log-confirm', { from: 'h2:text("責任者の確認")', height: 520 });
  await manager.page.getByRole('button', { name: 'この日を確認する' }).waitFor();
  await manager.leave();
});

test('活動・会議・研修: forms and the page of both', async () => {
  const person = await signedIn('coordinator');
  for (const [path, name] of [['/activities/new', 'activity-form'], ['/gatherings', 'gatherings'], ['/meetings/new', 'meeting-form'], ['/trainings/new', 'training-form']]) {
    await person.goto(path);
    await picture(person, name);
  }
  await person.goto('/meetings/new');
  await picture(person, 'meeting-attendees', { from: '[data-rows]' });
  await person.leave();
});

test('月の報告と提出: confirmed, submitted, returned, corrected', async () => {
  const room = await signedIn('coordinator');
  await room.goto('/submissions');
  await picture(room, 'submissions');
  await room.goto('/submissions/3/2024-10');
  await picture(room, 'monthly-report');

  const manager = await signedIn('contractor_manager');
  await manager.goto('/submissions/3/2024-10');
  await manager.page.getByRole('button', { name: '確認して数字を確定する' }).click();
  await manager.page.getByRole('dialog').waitFor();
  await picture(manager, 'confirm');
  await manager.page.getByRole('dialog').getByRole('button', { name: '確認して数字を確定する' }).click();
  await manager.page.getByRole('button', { name: '提出する' }).waitFor();
  await picture(manager, 'confirmed');
  await manager.leave();

  await room.goto('/submissions/3/2024-10');
  await room.page.getByRole('button', { name: '提出する' }).click();
  await room.sees('提出済み');

  const bureau = await signedIn('health_bureau');
  await bureau.goto('/');
  await picture(bureau, 'bureau-today', { height: 560 });
  await bureau.goto('/submissions?month=2024-10');
  await picture(bureau, 'bureau-board', { height: 900 });
  await bureau.page.locator('tr', { has: bureau.page.locator('th', { hasText: /^北区/ }) }).locator('td[data-label="様式3"] a').click();
  await bureau.page.getByRole('button', { name: '受領する' }).click();
  await bureau.page.locator('summary', { hasText: '差し戻す' }).click();
  await picture(bureau, 'bureau-received');
  await bureau.page.locator('#reason').fill('10月15日の相談1件が対象者不明のままです。確かめてください。');
  await bureau.page.getByRole('button', { name: '差し戻す' }).click();
  await bureau.sees('差戻し');
  await bureau.leave();

  await room.goto('/submissions/3/2024-10');
  await room.sees('差し戻されました');
  await picture(room, 'returned');
  await room.page.locator('#correction').waitFor({ state: 'attached' });
  if (!(await room.page.locator('#correction').isVisible())) await room.page.locator('summary', { hasText: '訂正版を作る' }).click();
  await room.page.locator('#correction').fill('10月15日の相談の介護保険対象者を「はい」に直しました。');
  await room.page.getByRole('button', { name: '訂正版を作る' }).click();
  await room.sees('訂正版（第2版）');
  await picture(room, 'correction');
  await room.leave();
});

test('数字の見方 and 健康局の画面: the list of reports, a table, the records behind a figure, masked records', async () => {
  const bureau = await signedIn('health_bureau');
  for (const [path, name] of [['/reports', 'reports'], ['/reports/r-mon?area=271276&period=2024-10', 'report-month'], ['/reports/t-osk-12?area=271004&period=FY2024', 'report-t-osk-12'],
    ['/reports/t-osk-13?area=271004&period=FY2024', 'report-t-osk-13'], ['/reports/t-osk-14?area=271004&period=FY2024', 'report-t-osk-14']]) {
    await bureau.goto(path);
    await picture(bureau, name);
  }
  await picture(bureau, 'report-basis', { from: '.basis' });
  await bureau.goto('/reports/t-osk-12?area=271004&period=FY2024');
  await bureau.page.locator('a.figure', { hasText: '2,211' }).click();
  await bureau.sees('全2,211件中');
  await picture(bureau, 'figure-opened');
  await bureau.leave();

  const ward = await signedIn('ward_officer');
  await ward.goto('/consultations');
  await picture(ward, 'ward-consultations');
  await ward.leave();
});

test('過去の記録の取り込み: file, columns, refused rows', async () => {
  const person = await signedIn('coordinator'), { page } = person;
  await person.goto('/consultations/import');
  await picture(person, 'import-choose', { height: 620 });
  await page.setInputFiles('#file', join(root, 'tests/data/import/ledger_cp932.csv'));
  await page.getByRole('button', { name: '中身を確かめる' }).click();
  await person.sees('ほげほげ');
  await picture(person, 'import-columns');
  await page.locator('select[name="vc.0"]').selectOption('pharmacy');
  await page.locator('#year').fill('2023');
  await page.getByRole('button', { name: 'この対応で確かめる' }).click();
  await page.locator('.list-count', { hasText: '取り込める行 7件' }).waitFor();
  await picture(person, 'import-preview', { from: 'h2:text("取り込んだあとの形")' });
  await page.getByRole('button', { name: '取り込みをはじめる' }).click();
  await page.getByRole('link', { name: /取り込めなかった行/ }).waitFor({ timeout: 180000 });
  await picture(person, 'import-done', { height: 620 });
  await person.goto('/consultations/imports');
  await picture(person, 'import-runs', { height: 620 });
  await person.leave();
});

test('資源の取り込み: files, what would come, columns, pairs, taken back', async () => {
  const person = await signedIn('health_bureau'), { page } = person;
  const published = (name) => join(root, 'tests/data/facility', name);
  const choose = async (...files) => {
    await person.goto('/facilities/imports/new');
    await page.setInputFiles('#file', files);
    await page.getByRole('button', { name: '中身を確かめる' }).click();
  };
  await person.goto('/facilities/imports/new');
  await picture(person, 'facility-import-choose', { height: 620 });
  await choose(published('a_todokede_r0710.csv'), published('b_02-1_clinic_facility_info_20260601.csv'));
  await page.getByRole('button', { name: '取り込みをはじめる' }).waitFor({ timeout: 180000 });
  await picture(person, 'facility-import-preview');
  await page.getByRole('button', { name: '取り込みをはじめる' }).click();
  await page.getByText('取り込みが終わりました').waitFor({ timeout: 180000 });
  await page.getByRole('link', { name: 'a_todokede_r0710.csv' }).click();
  await picture(person, 'facility-import-run', { height: 720 });
  await person.goto('/facilities/matches');
  await picture(person, 'facility-match', { height: 1000 });
  await choose(published('kita_yakkyoku.csv'));
  await page.getByRole('link', { name: '列の対応を決める' }).click({ timeout: 180000 });
  await picture(person, 'facility-import-columns', { height: 1000 });
  await person.goto('/facilities/imports');
  await picture(person, 'facility-imports', { height: 620 });
  await person.leave();
});

test('利用者と権限, 操作の記録, 控え: people, an initial password, a person’s page, offices, the log, backups; a page one may not use', async () => {
  const person = await signedIn('system_administrator'), { page } = person;
  await person.goto('/settings');
  await picture(person, 'settings', { height: 620 });
  await person.goto('/settings/users');
  await picture(person, 'users');
  await person.goto('/settings/users/new');
  await picture(person, 'user-new');
  await page.locator('[name=login_name]').fill('sakura');
  await page.locator('[name=display_name]').fill('見本 桜');
  await page.locator('[name=kana]').fill('ミホン サクラ');
  await page.locator('[name=office_id_text]').fill('北区在宅');
  await page.locator('[data-field=office_id] [role=option]').filter({ hasText: /^北区在宅/ }).click();
  await page.locator('.chip', { hasText: 'コーディネーター' }).click();
  await page.locator('.form-actions .button-primary').click();
  await page.getByText('仮のパスワード').first().waitFor();
  await picture(person, 'initial-password', { height: 620 });
  await page.getByRole('link', { name: '戻る' }).click();
  await picture(person, 'user', { height: 1100 });
  await person.goto('/settings/offices');
  await picture(person, 'offices', { height: 620 });
  await person.goto('/settings/audit');
  await picture(person, 'audit', { height: 1100 });
  await person.goto('/settings/keeping');
  await picture(person, 'keeping', { height: 900 });
  const other = await signedIn('viewer');
  await other.page.goto('/settings/users');
  await other.sees('使えないページです');
  await picture(other, 'not-allowed', { height: 620 });
  await other.context.close();
  await person.leave();
});

test('困ったとき: somebody saved first', async () => {
  const [mine, theirs] = [await signedIn('coordinator'), await signedIn('contractor_manager')];
  await mine.goto('/activities/new');
  await mine.page.locator('[name=activity_kind]').selectOption('home_visit');
  await mine.page.locator('[name=item]').selectOption({ index: 1 });
  await mine.page.locator('[name=theme]').fill('見本の訪問');
  await mine.page.locator('.form-actions .button-primary').click();
  await mine.page.waitForURL(/\/activities\/[0-9a-f-]{36}$/);
  const edit = `${new URL(mine.page.url()).pathname}/edit`;
  for (const person of [mine, theirs]) await person.goto(edit);
  for (const [person, text] of [[theirs, '責任者が書いた内容'], [mine, '自分が書いた内容']]) {
    await person.page.locator('[name=content]').fill(text);
    await person.page.locator('.form-actions .button-primary').click();
    await person.page.waitForLoadState();
  }
  await mine.page.locator('.conflict').first().waitFor();
  await picture(mine, 'conflict', { from: '.conflict' });
  await mine.context.close();
  await theirs.leave();
});

test('空きと年1回の更新: the board, what an office sees on its phone, the progress of a campaign, a correction side by side', async () => {
  const person = await signedIn('coordinator'), { page } = person;
  await person.goto('/vacancies');
  await picture(person, 'vacancy-board', { height: 1100 });
  await page.getByRole('link', { name: '（見本）中津訪問看護ステーション' }).click();
  const { path } = await person.download(() => page.getByRole('button', { name: 'QRコードの紙を印刷する（PDF）' }).click());
  assert.equal((await run('pdftoppm', ['-r', '150', '-png', '-f', '1', '-l', '1', '-singlefile', path, `${path}-page`])).code, 0);
  const code = new URL((await run('zbarimg', ['-q', '--raw', `${path}-page.png`])).stdout.trim()).pathname;
  const office = await browser.person({ size: phone });
  await office.goto(code);
  await picture(office, 'vacancy-link');
  await office.leave();
  await person.goto('/campaigns');
  await page.getByRole('link', { name: /（見本）令和6年度/ }).click();
  await picture(person, 'campaign-board', { height: 1000 });
  await page.getByRole('link', { name: '（見本）扇町ショートステイ' }).click();
  await picture(person, 'campaign-review', { height: 1000 });
  for (const choices of await page.locator('.campaign-verdict').all()) await choices.getByText('直す', { exact: true }).click();
  await page.getByRole('button', { name: '確かめた内容で確定する' }).click();
  await person.sees('確かめた内容を案内に反映しました');
  const campaign = page.url();
  await page.goto(campaign.replace(/\?.*/, ''));
  await page.getByText('この内容を新しい版として公開する').click();
  await page.getByLabel('版の説明').fill('見本の版');
  await page.getByRole('button', { name: '公開する', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '公開する' }).click();
  await person.sees('第1版として');
  await picture(person, 'campaign-edition', { height: 700 });
  await person.goto('/vacancies');
  await page.getByRole('link', { name: /（見本）扇町ショートステイ/ }).click();
  await page.getByRole('link', { name: '資源の情報を見る' }).click();
  await page.locator('#corrections').waitFor();
  await picture(person, 'facility-corrections', { from: '#corrections', height: 640 });
  await person.leave();
});

test('連絡する人と資源の冊子: whom to call, the list, what goes into a guide, its editions', { timeout: 480000 }, async () => {
  const person = await signedIn('coordinator'), { page } = person;
  await person.goto('/vacancies');
  await page.getByRole('link', { name: '（見本）梅田訪問看護ステーション' }).click();
  await page.getByRole('link', { name: '資源の情報を見る' }).click();
  await page.getByRole('link', { name: '連絡する人を加える' }).click();
  await page.getByLabel('お名前').fill('見本 花子');
  await page.getByLabel('フリガナ').fill('ミホン ハナコ');
  await page.locator('[name=profession]').selectOption({ index: 4 });
  await page.getByLabel('役割・所属').fill('管理者');
  await page.getByLabel('連絡のよい時間').fill('平日 12時半から13時半');
  await page.getByLabel('電話', { exact: true }).last().fill('06-0000-0001');
  await picture(person, 'person-form', { height: 1000 });
  await page.locator('.form-actions .button-primary').click();
  await page.getByText('見本 花子').first().waitFor();
  await person.goto('/people');
  await picture(person, 'people', { height: 620 });
  await person.goto('/guides/new');
  await page.locator('[name="sections.0.kind"]').selectOption('');
  await page.locator('[name="sections.0.service"]').selectOption('160');
  await picture(person, 'guide-form', { height: 1300 });
  await page.locator('.form-actions .button-primary').click();
  await page.getByRole('button', { name: 'きょうの内容で新しい版を作る' }).click();
  await page.getByText(/第1版（\d+件・\d+ページ）を作りました/).first().waitFor({ timeout: 240000 });
  await person.goto('/guides');
  await page.locator('a.row-link').first().click();
  await person.sees('一度作った版は');
  await picture(person, 'guide-editions', { height: 760 });
  await person.leave();
});

test('65歳以上人口: one number and the file', async () => {
  const person = await signedIn('health_bureau'), { page } = person;
  await person.goto('/indicators/population');
  await page.locator('[name=area_code_text]').fill('北区');
  await page.locator('[data-field=area_code] [role=option]').filter({ hasText: '大阪市北区' }).first().click();
  await page.locator('[name=year]').fill('2020');
  await page.locator('[name=people]').fill('30000');
  await page.locator('[name=source]').fill('（見本）国勢調査');
  await page.getByRole('button', { name: 'この人口を入れる' }).click();
  await person.sees('65歳以上人口を入れました');
  await picture(person, 'population', { height: 1100 });
  await person.leave();
});

test('資源をさがす・地図で見る: what a search found, the map without pictures of the land, the districts by distance', async () => {
  const person = await signedIn('coordinator'), { page } = person;
  await person.context.route('https://cyberjapandata.gsi.go.jp/**', (route) => route.abort());
  await person.goto('/facilities');
  await page.locator('.directory-fold > summary').click();
  await page.getByLabel('サービス・機関の種類').selectOption({ label: '訪問看護' });
  await page.getByLabel('この住所から近い順').fill('大阪市北区天神橋3丁目5');
  for (const label of ['24時間対応', '新しい利用者を受け入れる', 'いま空きがある']) await page.getByLabel(label).check();
  await page.getByRole('main').getByRole('button', { name: 'さがす' }).click();
  await page.waitForURL('**s=**');
  await picture(person, 'directory-found', { height: 1000 });
  await person.goto('/facilities/map');
  await page.locator('.map-view .map-square').first().waitFor();
  await picture(person, 'directory-map', { height: 1000 });
  await person.goto('/coverage?kind=nursing_multifunctional');
  await picture(person, 'coverage', { height: 1000 });
  person.complaints = person.complaints.filter((line) => !line.includes('cyberjapandata')); // no pictures of the land here
  await person.leave();
});

test('every picture of the manual is taken here, is used, exists, and is small', () => {
  const pages = readdirSync(manual).filter((name) => name.endsWith('.md')).map((name) => join(manual, name));
  const shown = new Set();
  for (const page of [...pages, join(root, 'README.md'), join(root, 'README.ja.md')])
    for (const [, name] of readFileSync(page, 'utf8').matchAll(/\]\((?:doc\/manual\/)?screens\/([^)]+)\)/g)) shown.add(name);
  assert.deepEqual([...shown].filter((name) => !taken.has(name)), [], 'shown, but not taken');
  assert.deepEqual([...taken].filter((name) => !shown.has(name)), [], 'taken, but not shown');
  const files = readdirSync(kept);
  assert.deepEqual(files.filter((name) => !shown.has(name)), [], 'kept, but not shown');
  assert.deepEqual([...shown].filter((name) => !files.includes(name)), [], 'shown, but not kept: run script/manual-screens');
  const bytes = files.map((name) => statSync(join(kept, name)).size);
  assert.ok(Math.max(...bytes) < 120 * 1024, 'each under 120 KiB');
  assert.ok(bytes.reduce((sum, each) => sum + each, 0) < 3 * 1024 * 1024, 'all under 3 MiB');
});

test('the manual’s pages lead to each other and to nothing that is missing', () => {
  for (const name of readdirSync(manual).filter((each) => each.endsWith('.md')))
    for (const [, target] of readFileSync(join(manual, name), 'utf8').matchAll(/\]\(([^)#:]+)[^)]*\)/g))
      assert.ok(statSync(join(manual, target), { throwIfNoEntry: false }), `${name}: ${target}`);
  const contents = readFileSync(join(manual, 'README.md'), 'utf8');
  for (const name of readdirSync(manual).filter((each) => each.endsWith('.md') && basename(each) !== 'README.md')) assert.ok(contents.includes(`(${name})`), name);
});
