// A full disk and a database that somebody else holds: 503 with a clear page, what was acknowledged stays, nothing is half done, and the service comes
// back by itself.  (A PostgreSQL that goes away is serve.test.mjs, kill -9 is kill.test.mjs.)
//
// The disk is full twice: really, on a tmpfs of 48 MB, where mounting is allowed; and by RLIMIT_FSIZE, which prlimit sets on the running server,
// everywhere: a file that may not grow fails with EFBIG where a full disk fails with ENOSPC, on the same ways through the program.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, run, Service } from '../support/service.mjs';
import { consultation, newId, tokenOf } from '../support/records.mjs';
import { fields, newcomer, password, Person, Program, words } from '../support/person.mjs';

const onSqlite = process.env.RENKEI_TEST_STORE !== 'postgresql';
const sqliteOnly = { skip: onSqlite ? false : 'the disk is PostgreSQL’s own', timeout: 180000 };

let service, hanako, api;
before(async () => {
  service = await Service.start();
  hanako = await Person.demo(service, 'coordinator');
  api = new Program(service, await tokenOf(service, 'coordinator'));
}, { timeout: 180000 });
after(() => service?.stop());

const isAway = (reply, what) => {
  assert.equal(reply.status, 503, what);
  assert.match(reply.headers.get('retry-after') ?? '', /^\d+$/, what);
  assert.match(words(reply.text), /(容量|空き|書き込め|データベース|混み合|保存していません)/, what);
  assert.match(words(reply.text), /(ください|お試し)/, what);
  assert.doesNotMatch(reply.text, /SQLITE|sqlite|disk I\/O|errno/, what);
};
// A small write may still find room in what the log has: then it is done; otherwise it is told.
const isDoneOrAway = (reply, what) => [200, 303].includes(reply.status) || isAway(reply, what);
const isThere = async (by, id) => (await by.send('GET', `/consultations/${id}`)).status === 200;
async function until(what, asked) {
  for (let i = 0; i < 1200; i++) {
    if (await asked()) return;
    await sleep(50);
  }
  assert.fail(`${what} did not happen within a minute`);
}
const ready = (of) => fetch(`${of.url}/readyz`).then((reply) => reply.status);
async function holds(of) {
  const verified = await of.command('verify');
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
}

// Writes of every kind while there is no room: each is told, none is half done.
async function withoutRoom(of, person, program, acknowledged) {
  const refused = [], readiness = new Set();
  for (let i = 0; i < 30; i++) {
    const values = consultation({ summary: '満杯のときの相談。'.repeat(400), 'progress.0.contact_on': '2024-11-29', 'progress.0.text': '経過'.repeat(1000) });
    const reply = i % 2 ? await person.post('/consultations', values) : await program.send('POST', '/consultations', values);
    if ([201, 303].includes(reply.status)) { acknowledged.push(values.id); continue; }
    isAway(reply, `write ${i}`);
    refused.push(values.id);
    readiness.add(await ready(of));
  }
  assert.ok(refused.length > 10, `${refused.length} of 30 were refused: the disk was not full`);
  assert.ok(readiness.has(503), 'whoever watches is told');
  return refused;
}

async function fillAndRecover(of, person, program, signIn, fill, free) {
  const acknowledged = [];
  const existing = consultation({ summary: '満杯になる前' });
  assert.equal((await person.post('/consultations', existing)).status, 303);
  await fill();
  const refused = await withoutRoom(of, person, program, acknowledged);
  isAway(await person.post(`/consultations/${existing.id}`, consultation({ id: existing.id, revision: '1', summary: '満杯の間の変更。'.repeat(480), 'progress.0.contact_on': '2024-11-29', 'progress.0.text': '長'.repeat(4000), 'progress.1.contact_on': '2024-11-29', 'progress.1.text': '長'.repeat(4000) })), 'change');
  isDoneOrAway(await person.send('PUT', `/drafts/consultation/${newId()}`, { body: fields({ csrf: person.csrf, summary: 'あ'.repeat(4000) }), headers: { accept: 'application/json' } }), 'draft');
  isDoneOrAway(await person.post('/consultations/search', { words: '見本'.repeat(100) }), 'search by words');
  const stranger = new Person(of);
  await stranger.get('/sign-in');
  isDoneOrAway(await stranger.post(...signIn), 'sign-in');
  assert.equal((await fetch(`${of.url}/healthz`)).status, 200);
  for (const path of ['/', '/consultations', `/consultations/${existing.id}`, '/reports/r-mon?area=271276&period=2024-11'])
    assert.equal((await person.get(path)).status, 200, `${path} can still be read`);
  assert.ok((await person.get(`/consultations/${existing.id}`)).text.includes('満杯になる前'));
  await free();
  await until('the service coming back', async () => (await ready(of)) === 200);
  for (const id of refused) assert.equal(await isThere(program, id), false, 'what was refused is not there');
  for (const id of acknowledged) assert.equal(await isThere(program, id), true, 'what was acknowledged is there');
  assert.equal((await person.post(`/consultations/${existing.id}`, consultation({ id: existing.id, revision: '1', summary: '空いたあとの変更' }))).status, 303);
  assert.equal((await person.post('/consultations', consultation({ id: refused[0] }))).status, 303, 'the same form is sent again and saved');
  assert.equal((await person.post('/search', { q: '満杯' })).status, 200);
  await holds(of);
}

const limitFiles = async (bytes) => {
  const done = await run('prlimit', ['--pid', String(service.child.pid), `--fsize=${bytes}:unlimited`]);
  assert.equal(done.code, 0, done.stderr);
};

test('a disk without room (a limit on the server’s files) gives 503 with a page, loses nothing, and service returns by itself', sqliteOnly, async () => {
  const path = service.data.slice('sqlite:'.length);
  const signIn = ['/sign-in/demo', { role: 'coordinator' }];
  try {
    await fillAndRecover(service, hanako, api, signIn, () => limitFiles(statSync(`${path}-wal`).size + 20000), () => limitFiles('unlimited'));
  } finally {
    await limitFiles('unlimited');
  }
});

test('a disk without room (a small file system) gives 503 with a page, loses nothing, and service returns by itself', sqliteOnly, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'renkei-small-'));
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'renkei-small', folder]).then((done) => done.code === 0, () => false);
  if (!mounted) {
    rmSync(folder, { recursive: true });
    t.skip('mounting is not allowed here');
    return;
  }
  const filler = join(folder, 'filler');
  const small = new Service();
  try {
    Object.assign(small, { folder, data: `sqlite:${join(folder, 'renkei.db')}`, drop: async () => {}, port: await freePort() });
    small.url = `http://127.0.0.1:${small.port}`;
    small.env = { ...service.env, RENKEI_DATA: small.data, RENKEI_LISTEN: `127.0.0.1:${small.port}`, RENKEI_DEMO: '0', RENKEI_SECOND_FACTOR: 'optional', RENKEI_SECRET_KEY_FILE: join(folder, 'key') };
    assert.equal((await small.command('init')).code, 0);
    assert.equal((await small.command('user', 'add', 'first', '--role', 'system_administrator', '--office', 'city', '--area', '271004', '--office-name', '大阪市')).code, 0);
    assert.equal((await small.command('user', 'add', 'room', '--role', 'coordinator', '--office', 'room-271276', '--area', '271276', '--office-name', '北区の相談支援室')).code, 0);
    await small.serve();
    const person = await newcomer(small, 'hanako', 'coordinator', 'room-271276');
    const program = new Program(small, (await small.command('token', 'create', 'hanako')).stdout.trim().split('\n').pop());
    await fillAndRecover(small, person, program, ['/sign-in', { login_name: 'hanako', password }], async () => {
      const file = openSync(filler, 'w');
      for (const size of [1 << 20, 4096]) try { for (;;) writeSync(file, Buffer.alloc(size)); } catch (error) { assert.equal(error.code, 'ENOSPC'); }
      closeSync(file);
    }, () => rmSync(filler));
  } finally {
    if (small.child) await small.quit();
    await run('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  }
});

const holders = new Set();
after(() => { for (const child of holders) child.kill(); });

// A process that takes the whole database for itself: BEGIN EXCLUSIVE on SQLite, a lock on the tables on PostgreSQL.
function holder(sql) {
  const path = service.data.slice('sqlite:'.length);
  const [command, args] = onSqlite ? ['sqlite3', ['-cmd', '.timeout 5000', path]] : ['psql', ['-qX', service.data]];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  holders.add(child);
  child.on('close', () => holders.delete(child));
  const held = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.stdout.on('data', (data) => { if (String(data).includes('held')) resolve(); });
    child.on('close', () => reject(new Error('the lock was not taken')));
  });
  child.stdin.write(`${sql}\n${onSqlite ? '.shell echo held' : "SELECT 'held';"}\n`); // sqlite3 keeps its own output back
  return { held, release: () => new Promise((resolve) => { child.on('close', resolve); child.stdin.end(onSqlite ? 'COMMIT;\n' : 'COMMIT;\n\\q\n'); }) };
}

test('a database that another process holds for a moment makes nobody’s save fail', { timeout: 180000 }, async () => {
  const other = holder(onSqlite ? 'BEGIN IMMEDIATE;' : 'BEGIN; LOCK TABLE consultation IN EXCLUSIVE MODE;');
  await other.held;
  const values = consultation({ summary: '少し待つ保存' }), saving = hanako.post('/consultations', values);
  await sleep(700);
  assert.equal((await hanako.get('/consultations')).status, 200, 'reading goes on');
  await other.release();
  assert.equal((await saving).status, 303);
  assert.equal(await isThere(api, values.id), true);
});

test('a database that another process holds for long gives 503 or is waited for, and saves again when it is let go', { timeout: 180000 }, async () => {
  const other = holder(onSqlite ? 'BEGIN IMMEDIATE;' : 'BEGIN; LOCK TABLE consultation IN ACCESS EXCLUSIVE MODE;');
  await other.held;
  const all = Array.from({ length: 8 }, () => consultation({ summary: '長く待つ保存' }));
  const saving = Promise.all(all.map((values) => hanako.post('/consultations', values)));
  const told = await Promise.race([saving, sleep(25000).then(() => null)]);
  await other.release();
  const replies = told ?? await saving;
  for (const [i, reply] of replies.entries()) {
    if (reply.status === 503) {
      isAway(reply, 'a save that waited too long');
      assert.equal(await isThere(api, all[i].id), false);
      assert.equal((await hanako.post('/consultations', all[i])).status, 303);
    } else {
      assert.equal(reply.status, 303);
    }
    assert.equal(await isThere(api, all[i].id), true);
  }
});

test('after all this the server is the same, the chain holds and no write forgot its line', async () => {
  assert.equal(service.child.exitCode, null);
  assert.match(await (await fetch(`${service.url}/metrics`)).text(), /^renkei_audit_missing_total 0$/m);
  await holds(service);
});
