// keeping.test.mjs -- keeping it, as an administrator does: backup while people work, restore, export, verify; and what goes wrong on the way.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service, program, run } from '../support/service.mjs';
import { consultationBody, newId, tokenOf } from '../support/records.mjs';

const server = process.env.RENKEI_TEST_POSTGRESQL;
const passphrase = 'さくらの池に三つの月が映る';

let service, token;
const dropped = [];
before(async () => {
  service = await Service.start();
  token = await tokenOf(service, 'coordinator');
}, { timeout: 180000 });
after(async () => {
  for (const name of dropped) await run('psql', ['-qX', server, '-c', `DROP DATABASE ${name} WITH (FORCE)`]);
  await service?.stop();
});

const path = (name) => join(service.folder, name);
// No connection is kept: commands run for minutes between two requests, and the server closes one that is silent for 60 seconds.
const headers = (bearer = token) =>
  ({ authorization: `Bearer ${bearer}`, 'content-type': 'application/json', accept: 'application/json', connection: 'close' });

// A store that does not exist yet: of SQLite, or an empty database of PostgreSQL.
async function emptyStore(kind = process.env.RENKEI_TEST_STORE) {
  if (kind !== 'postgresql') return `sqlite:${path(`${newId()}.db`)}`;
  const name = `keeping_${randomBytes(6).toString('hex')}`;
  assert.equal((await run('psql', ['-qX', server, '-c', `CREATE DATABASE ${name}`])).code, 0);
  dropped.push(name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

const on = (data, args, env = {}) => run(program, args, { env: { ...service.env, RENKEI_DATA: data, ...env } });
const figures = (reply) => Object.fromEntries(reply.stdout.trim().split('\n').map((line) => line.split(' ')));

async function done(data, args, env) {
  const reply = await on(data, args, env);
  assert.equal(reply.code, 0, `${args.join(' ')}: ${reply.stdout}${reply.stderr}`);
  return figures(reply);
}
async function refused(data, args, sentence, env) {
  const reply = await on(data, args, env);
  assert.equal(reply.code, 1, `${args.join(' ')}: ${reply.stdout}${reply.stderr}`);
  assert.match(reply.stderr, sentence);
  return reply;
}

// The rows of an export's table as objects; our CSV quotes every text.
function rowsOf(folder, table) {
  const text = readFileSync(join(folder, `${table}.csv`), 'utf8');
  const [head, ...lines] = text.match(/(?:"(?:[^"]|"")*"|[^"\n])*\n/g).map((line) => line.slice(0, -2));
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g).map((cell) => cell.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"'));
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
  });
}

async function write(acknowledged, over) {
  while (!over.now) {
    const id = newId();
    const reply = await fetch(`${service.url}/api/v1/consultations`, { method: 'POST', headers: { ...headers(), connection: 'keep-alive' }, body: consultationBody({ id }) });
    await reply.text();
    assert.equal(reply.status, 201);
    acknowledged.push(id);
  }
}

test('backups taken while four people write come back consistent and whole', { timeout: 300000 }, async () => {
  const acknowledged = [], over = { now: false }, taken = [];
  const work = Array.from({ length: 4 }, () => write(acknowledged, over));
  try {
    for (let i = 0; i < 3; i++) {
      await sleep(300);
      const expected = [...acknowledged], file = path(`busy-${i}.backup`);
      taken.push({ file, expected, ...await done(service.data, ['backup', file]) });
      assert.ok(acknowledged.length > expected.length, 'nobody could write during the backup');
      assert.equal(statSync(file).mode & 0o777, 0o600);
    }
  } finally {
    over.now = true;
    await Promise.all(work);
  }
  for (const backup of taken) {
    const data = await emptyStore();
    const restored = await done(data, ['restore', backup.file]);
    assert.equal(restored.fingerprint, backup.fingerprint);
    assert.equal(restored.rows, backup.rows);
    const verified = await on(data, ['verify', '--recount']);
    assert.equal(verified.code, 0, verified.stdout);
    assert.match(verified.stdout, /^different 0$/m);
    const folder = path(`busy-${newId()}`);
    await done(data, ['export', '--out', folder]);
    const ids = new Set(rowsOf(folder, 'consultation').map((row) => row.id));
    for (const id of backup.expected) assert.ok(ids.has(id), `${id} was acknowledged before the backup began`);
    const audited = new Set(rowsOf(folder, 'audit').filter((row) => row.object_kind === 'consultation').map((row) => row.object_id));
    const searched = new Set(rowsOf(folder, 'search_doc').map((row) => row.id));
    for (const id of acknowledged.filter((one) => ids.has(one))) {
      assert.ok(audited.has(id), `${id} has its audit entry`);
      assert.ok(searched.has(id), `${id} can be searched`);
    }
  }
});

test('a backup goes to the other engine and back unchanged', { skip: !server && 'wants a PostgreSQL server', timeout: 180000 }, async () => {
  const first = await done(service.data, ['backup', path('first.backup')]);
  const there = await emptyStore('postgresql'), back = await emptyStore('sqlite');
  assert.equal((await done(there, ['restore', path('first.backup')])).fingerprint, first.fingerprint);
  const second = await done(there, ['backup', path('second.backup')]);
  assert.equal((await done(back, ['restore', path('second.backup')])).fingerprint, second.fingerprint);
  assert.equal(Number(second.rows), Number(first.rows) + 2, 'what is new: the restore and its audit entry');
});

test('an encrypted backup opens with its passphrase only, and a damaged one not at all; nothing is changed', { timeout: 180000 }, async () => {
  const file = path('sealed.backup'), secret = path('secret'), bad = path('bad.backup'), target = path('never.db');
  writeFileSync(secret, `${passphrase}\n`, { mode: 0o600 });
  const written = await done(service.data, ['backup', file, '--passphrase-file', secret]);
  const bytes = readFileSync(file);
  assert.equal(bytes.includes(Buffer.from('訪問診療')), false);
  const words = { RENKEI_PASSPHRASE: passphrase };
  await refused(`sqlite:${target}`, ['restore', file], /暗号化されています/);
  await refused(`sqlite:${target}`, ['restore', file], /合い言葉が違うか/, { RENKEI_PASSPHRASE: 'さくらの池に四つの月が映る' });
  writeFileSync(bad, bytes.subarray(0, bytes.length - 1000));
  await refused(`sqlite:${target}`, ['restore', bad], /壊れているか、途中で切れています/, words);
  for (const at of [5, 17, 100, bytes.length >> 1, bytes.length - 3]) {
    const flipped = Buffer.from(bytes);
    flipped[at] ^= 1;
    writeFileSync(bad, flipped);
    await refused(`sqlite:${target}`, ['restore', bad], /壊れ|バックアップではありません/, words);
    await refused(service.data, ['restore', bad, '--replace'], /壊れ|バックアップではありません/, words);
  }
  assert.equal(existsSync(target), false, 'a refused restore leaves no file');
  const list = await fetch(`${service.url}/api/v1/consultations`, { headers: headers() });
  assert.equal(list.status, 200, 'the store in use is untouched');
  assert.equal((await done(await emptyStore(), ['restore', file], words)).fingerprint, written.fingerprint);
});

test('a passphrase is never taken from the command line, too short, or from a file that everybody reads', async () => {
  assert.equal((await on(service.data, ['backup', path('x.backup'), '--passphrase', passphrase])).code, 2);
  await refused(service.data, ['backup', path('x.backup')], /12文字以上/, { RENKEI_PASSPHRASE: 'みじかい' });
  writeFileSync(path('open-secret'), passphrase, { mode: 0o644 });
  await refused(service.data, ['backup', path('x.backup'), '--passphrase-file', path('open-secret')], /chmod 600/);
  assert.equal(existsSync(path('x.backup')), false);
});

test('a store with data is replaced only when told so', { timeout: 180000 }, async () => {
  const data = await emptyStore();
  await done(service.data, ['backup', path('again.backup')]);
  const first = await done(data, ['restore', path('again.backup')]);
  await refused(data, ['restore', path('again.backup')], /すでにデータがあります/);
  assert.equal((await done(data, ['restore', path('again.backup'), '--replace'])).fingerprint, first.fingerprint);
});

test('an export comes back equal, is complete or absent, and tells when somebody changed it', { timeout: 180000 }, async () => {
  const folder = path('out'), data = await emptyStore();
  const written = await done(service.data, ['export', '--out', folder]);
  assert.equal((await done(data, ['restore', '--from-export', folder])).fingerprint, written.fingerprint);
  await refused(service.data, ['export', '--out', folder], /空ではありません/);
  assert.equal((await on(service.data, ['verify', '--export', folder])).code, 0);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'))), readme = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const { table, file } of manifest.tables) {
    const section = readme.split(`\n## ${table}\n`)[1]?.split('\n## ')[0];
    assert.ok(section, `README says what ${table} is`);
    for (const column of readFileSync(join(folder, file), 'utf8').split('\r\n')[0].split(','))
      assert.ok(section.includes(`| ${column} |`), `README says what ${table}.${column} is`);
  }
  const trail = readFileSync(join(folder, 'audit.csv'), 'utf8'), lines = trail.split('\r\n');
  writeFileSync(join(folder, 'audit.csv'), trail.replace('consultation.save', 'consultation.view'));
  await refused(service.data, ['verify', '--export', folder], /つながりが切れています/);
  writeFileSync(join(folder, 'audit.csv'), [...lines.slice(0, 9), ...lines.slice(10)].join('\r\n'));
  await refused(service.data, ['verify', '--export', folder], /つながりが切れています/);
  writeFileSync(join(folder, 'audit.csv'), [...lines.slice(0, -2), ''].join('\r\n'));
  await refused(service.data, ['verify', '--export', folder], /変えられています/);
  await refused(await emptyStore('sqlite'), ['restore', '--from-export', folder], /変えられています/);
});

test('kill -9 during a backup leaves the file that was there, and never half of one under its name', { timeout: 180000 }, async () => {
  const file = path('killed.backup'), fresh = path('fresh.backup');
  const good = await done(service.data, ['backup', file]);
  let unfinished = 0;
  for (const ms of [0, 1, 5, 20, 60, 150]) { // after its file has appeared
    for (const target of [file, fresh]) {
      rmSync(`${target}.part`, { force: true });
      const child = spawn(program, ['backup', target], { env: { ...process.env, ...service.env }, stdio: 'ignore' });
      const ended = new Promise((resolve) => { child.on('close', (code, signal) => resolve(signal)); });
      while (child.exitCode === null && !existsSync(`${target}.part`)) await sleep(1);
      await sleep(ms);
      child.kill('SIGKILL');
      if (await ended === 'SIGKILL' && existsSync(`${target}.part`)) unfinished++;
    }
  }
  assert.ok(unfinished > 0, 'no kill hit a backup in progress');
  for (const target of [file, fresh].filter((one) => existsSync(one)))
    await done(await emptyStore('sqlite'), ['restore', target]);
  assert.ok(existsSync(file) && good.fingerprint);
  await done(service.data, ['backup', fresh]);
  assert.equal(existsSync(`${fresh}.part`), false);
});

test('a disk that is full is told plainly, and nothing is left', async () => {
  for (const args of [['backup', path('full.backup')], ['export', '--out', path('full')]]) {
    const reply = await run('bash', ['-c', 'trap "" XFSZ; ulimit -f 2000; exec "$@"', 'bash', program, ...args], { env: service.env });
    assert.equal(reply.code, 1, reply.stderr);
    assert.match(reply.stderr, /ディスクがいっぱい/);
  }
  assert.deepEqual(readdirSync(service.folder).filter((name) => name.startsWith('full')), []);
  await refused(service.data, ['backup', '/proc/nowhere/x.backup'], /書き出せません/);
});

test('generations are named by the clock, the oldest go, other files stay', async () => {
  const folder = path('generations/');
  mkdirSync(folder);
  for (const day of ['01', '02', '03']) writeFileSync(join(folder, `renkei-202411${day}-0200.backup`), 'old');
  writeFileSync(join(folder, 'renkei-20241105-0200.backup.part'), 'dead');
  utimesSync(join(folder, 'renkei-20241105-0200.backup.part'), 1, 1);
  writeFileSync(join(folder, 'memo.txt'), 'keep me');
  assert.equal((await done(service.data, ['backup', folder, '--keep', '3'])).removed, '1');
  assert.deepEqual(readdirSync(folder).sort(),
    ['memo.txt', 'renkei-20241102-0200.backup', 'renkei-20241103-0200.backup', 'renkei-20241130-0915.backup']);
  assert.equal((await on(service.data, ['backup', path('one.backup'), '--keep', '3'])).code, 2);
  assert.equal((await on(service.data, ['backup', folder, '--keep', 'all'])).code, 2);
});

test('data that is not there ends with 3 and is not made', async () => {
  for (const args of [['backup', path('y.backup')], ['verify'], ['export', '--out', path('y')]])
    assert.equal((await on(`sqlite:${path('mistyped.db')}`, args)).code, 3);
  assert.equal(existsSync(path('mistyped.db')), false);
});

async function finished(job, bearer) {
  for (let i = 0; i < 1200; i++) {
    const state = await (await fetch(`${service.url}/api/v1/jobs/${job}`, { headers: headers(bearer) })).json();
    if (!['queued', 'running'].includes(state.status)) return state;
    await sleep(100);
  }
  throw new Error('the job does not end');
}

test('the system administrator takes an encrypted backup and runs a verification from the page; nobody else can', { timeout: 180000 }, async () => {
  const made = await service.command('token', 'create', 'demo-system');
  const admin = made.stdout.trim().split('\n').pop();
  const post = (place, body, bearer = admin) =>
    fetch(`${service.url}/api/v1/settings/keeping/${place}`, { method: 'POST', headers: headers(bearer), body: JSON.stringify(body) });
  const order = { reason: '月例の保管', passphrase, passphrase_again: passphrase };
  assert.equal((await post('backups', order, token)).status, 403);
  assert.equal((await post('backups', { ...order, passphrase_again: 'ちがう合い言葉をいれた' })).status, 422);
  assert.equal((await post('backups', { ...order, reason: '' })).status, 422);
  const taken = await post('backups', order);
  assert.equal(taken.status, 202);
  const { job } = await taken.json();
  const state = await finished(job, admin);
  assert.equal(state.status, 'done', state.sentence);
  const reply = await fetch(`${service.url}/api/v1/jobs/${job}/file`, { headers: headers(admin) });
  assert.match(reply.headers.get('content-disposition'), /renkei-20241130-0915\.backup/);
  writeFileSync(path('page.backup'), Buffer.from(await reply.arrayBuffer()));
  assert.deepEqual(readdirSync(join(service.folder, 'jobs', job)), ['renkei-20241130-0915.backup'], 'the passphrase is gone');
  const restored = await done(await emptyStore(), ['restore', path('page.backup')], { RENKEI_PASSPHRASE: passphrase });
  assert.ok(state.sentence.includes(restored.fingerprint.slice(0, 16)));
  const verifying = await (await post('verifications', {})).json();
  const verified = await finished(verifying.job, admin);
  assert.match(verified.sentence, /異常はありません/);
  const page = await (await fetch(`${service.url}/api/v1/settings/keeping`, { headers: headers(admin) })).json();
  assert.match(page.newest_backup, /●/);
  assert.match(page.chain, /異常なし/);
});
