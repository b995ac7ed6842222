// Vacancies in the browser: the coordinator prints an office's QR code; the office scans it with a phone and answers with one tap, takes it back and
// answers again, without an account and without scripts; the board, the call list and the statistics say so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { run } from '../support/service.mjs';
import { Browser, phone } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

const office = '（見本）天満訪問看護ステーション';

async function openOffice(person, name = office) {
  await person.goto('/vacancies');
  await person.page.getByRole('link', { name }).click();
  await person.page.getByRole('heading', { name, level: 1 }).waitFor();
}

// What a phone's camera reads from the first page of a sheet.
async function scan(path) {
  const made = await run('pdftoppm', ['-r', '150', '-png', '-f', '1', '-l', '1', '-singlefile', path, `${path}-page`]);
  assert.equal(made.code, 0, made.stderr);
  const read = await run('zbarimg', ['-q', '--raw', `${path}-page.png`]);
  assert.equal(read.code, 0, read.stderr);
  return new URL(read.stdout.trim());
}

async function printedCode(person, button = 'QRコードの紙を印刷する（PDF）') {
  const { path, name } = await person.download(() => person.page.getByRole('button', { name: button }).click());
  assert.match(name, /\.pdf$/);
  return (await scan(path)).pathname;
}

test('the board says in words how old each answer is, and every view of it is readable', async () => {
  const person = await browser.person();
  await person.signIn('coordinator');
  await person.goto('/vacancies');
  await person.sees('△古い情報：受け入れできます');
  await person.sees('きょう');
  await person.look('vacancy-board');
  await person.goto('/vacancies/calls');
  await person.sees('電話で聞く');
  await person.look('vacancy-calls');
  await person.goto('/reports/r-vacancy?area=271276&period=2024-11');
  await person.sees('訪問看護');
  await person.look('vacancy-statistics');
  await openOffice(person);
  await person.look('vacancy-office');
  await person.leave();
});

test('an office answers from the printed QR code with one tap on a phone, takes it back and answers again, without script', async () => {
  const room = await browser.person();
  await room.signIn('coordinator');
  await openOffice(room);
  const path = await printedCode(room);
  assert.match(path, /^\/v\/[\w-]{32}$/);

  const nurse = await browser.person({ size: phone, script: false });
  await nurse.goto(path);
  await nurse.sees(office);
  await nurse.page.getByRole('button', { name: '受け入れできません' }).click();
  await nurse.sees('と登録しました');
  await openOffice(room);
  await room.sees('■受け入れできません');

  await nurse.page.getByRole('button', { name: 'まちがえたので取り消す' }).click();
  await nurse.sees('取り消しました');
  await room.page.reload();
  await room.sees('●受け入れできます');

  await nurse.page.getByRole('link', { name: 'もう一度知らせる' }).click();
  await nurse.page.getByText('空きの数、条件').click();
  await nurse.page.getByLabel('空いている床・枠の数').fill('2');
  await nurse.page.getByRole('button', { name: '条件つきで受け入れできます' }).click();
  await nurse.sees('どのような条件なら');
  nurse.complaints.length = 0; // the browser complains about the 422 of the refusal
  assert.equal(await nurse.page.getByLabel('空いている床・枠の数').inputValue(), '2');
  await nurse.page.getByLabel('条件', { exact: true }).fill('（見本）胃ろうは可');
  await nurse.page.getByRole('button', { name: '条件つきで受け入れできます' }).click();
  await nurse.sees('と登録しました');
  await openOffice(room);
  await room.sees('（見本）胃ろうは可');
  await nurse.leave();
  await room.leave();
});

test('the pages behind the code are readable on a phone, at a desk and by a screen reader', async () => {
  const room = await browser.person();
  await room.signIn('coordinator');
  await openOffice(room, '（見本）中津訪問看護ステーション');
  const path = await printedCode(room);
  const nurse = await browser.person({ size: phone });
  await nurse.goto(path);
  await nurse.look('vacancy-link', { paper: false });
  await nurse.page.getByRole('button', { name: '条件つきで受け入れできます' }).click();
  await nurse.sees('どのような条件なら');
  await nurse.look('vacancy-link-error', { paper: false });
  await nurse.page.getByRole('button', { name: '変わりありません' }).click();
  await nurse.sees('と登録しました');
  await nurse.look('vacancy-link-done', { paper: false });
  await room.leave();
  await nurse.context.close();
});

test('a sheet that was ended opens nothing, and nobody learns whether it ever did', async () => {
  const room = await browser.person();
  await room.signIn('coordinator');
  await openOffice(room, '（見本）南森町ケアプランセンター');
  const path = await printedCode(room, 'FAX用紙を作る（PDF）');
  await room.page.reload();
  await room.page.getByRole('button', { name: '止める' }).first().click();
  await room.sees('そのリンクやQRコードはもう使えません');
  const stranger = await browser.person({ size: phone });
  const ended = await stranger.page.goto(path), unknown = await stranger.page.goto(`${path.slice(0, -4)}xxxx`);
  assert.deepEqual([ended.status(), unknown.status()], [404, 404]);
  await stranger.sees('このリンクは使えません');
  await room.leave();
  await stranger.context.close();
});

test('what was heard on the telephone is ticked once and counted', async () => {
  const room = await browser.person();
  await room.signIn('coordinator');
  await openOffice(room, '（見本）豊崎老人保健施設');
  await room.page.getByRole('button', { name: '電話で受け入れ不可' }).click();
  await room.sees('電話の結果を残しました');
  await room.sees('電話で受け入れ不可（平日の日中）');
  await room.leave();
});
