// Old answers are asked for by the server itself: a program in place of sendmail takes the mail, its link works for one answer, and what was said
// stands on the board.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from '../support/service.mjs';

let service, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'renkei-mail-'));
  const sendmail = join(folder, 'sendmail');
  writeFileSync(sendmail, `#!/bin/sh\ncat > "${folder}/$3.$$.part" && mv "${folder}/$3.$$.part" "${folder}/$3.$$.mail"\n`);
  chmodSync(sendmail, 0o700);
  service = await Service.start({ env: { RENKEI_SENDMAIL: sendmail, RENKEI_MAIL_FROM: 'renkei@example.jp', RENKEI_BASE_URL: 'http://127.0.0.1' } });
}, { timeout: 180000 });
after(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const mails = () => readdirSync(folder).filter((name) => name.endsWith('.mail'));

// The text of the first mail to come; the server sends within about two minutes.
async function firstMail() {
  for (let waited = 0; waited < 240000 && !mails().length; waited += 500) await sleep(500);
  assert.ok(mails().length, 'no mail came');
  const [head, body] = readFileSync(join(folder, mails()[0]), 'utf8').split('\n\n');
  return { head, text: Buffer.from(body, 'base64').toString() };
}

test('the server asks an office whose answer grew old, once, and its answer stands on the board', { timeout: 400000 }, async () => {
  const { head, text } = await firstMail();
  assert.match(head, /^From: renkei@example\.jp\nTo: mihon\d+@example\.jp\nSubject: =\?UTF-8\?B\?/);
  assert.match(text, /^（見本）/);
  const path = text.match(/http:\/\/127\.0\.0\.1(\/v\/[\w-]{32})\n/)?.[1];
  assert.ok(path, 'no link in the mail');

  const page = await fetch(service.url + path);
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('x-robots-tag'), 'noindex, nofollow');
  const answer = { method: 'POST', redirect: 'manual', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'status=yes&slots=7' };
  const first = await fetch(service.url + path, answer);
  assert.equal(first.status, 303);
  assert.match(await (await fetch(service.url + first.headers.get('location'))).text(), /受け入れできます<\/strong>」と登録しました/);
  assert.equal((await fetch(service.url + path, answer)).status, 409);
  assert.equal((await fetch(service.url + path, { ...answer, headers: { ...answer.headers, Origin: 'http://elsewhere.example' } })).status, 403);
  assert.equal(existsSync(join(folder, 'sendmail')), true);
  assert.ok(!service.said.includes(path.slice(3)), 'the log tells a secret');
});
