// serve.test.mjs -- the program as an administrator meets it: help, start, end, a database that is away, two servers on one address.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service, program, root, run } from '../support/service.mjs';

let service;
before(async () => { service = await Service.start({ demo: false }); });
after(() => service.stop());

const answers = (url) => fetch(url).then((reply) => reply.status, () => 0);

test('help names every command and setting, and an unknown command ends with 2', async () => {
  const help = await run(program, ['--help']);
  assert.equal(help.code, 0);
  for (const word of ['renkei serve', 'renkei init', 'renkei user add', 'renkei verify', 'RENKEI_LISTEN', 'RENKEI_DATA'])
    assert.ok(help.stdout.includes(word), word);
  assert.equal((await run(program, ['brew'])).code, 2);
  assert.equal((await run(program, [])).code, 2);
  assert.equal((await run(program, ['serve', 'now'])).code, 2);
  assert.equal((await run(program, ['--help'], { env: { RENKEI_WORKERS: 'many' } })).code, 0);
  assert.equal((await run(program, ['verify'], { env: { RENKEI_WORKERS: 'many' } })).code, 2);
});

test('the address is printed, the health pages answer, and the files are nobody else’s', async () => {
  assert.match(service.said, new RegExp(`^${service.url}/$`, 'm'));
  assert.equal(await answers(`${service.url}/healthz`), 200);
  assert.equal(await answers(`${service.url}/readyz`), 200);
  assert.match(await (await fetch(`${service.url}/metrics`)).text(), /^renkei_audit_missing_total 0$/m);
  assert.equal(statSync(join(service.folder, 'key')).mode & 0o777, 0o600);
});

test('the API describes every path it has, in a form that other programs can read', async () => {
  const api = await (await fetch(`${service.url}/api/v1/openapi.json`)).json();
  assert.equal(api.openapi, '3.1.0');
  assert.ok(api.paths['/consultations/{id}'].get);
  assert.ok(api.components.schemas.consultation.properties.received_at);
  const refs = [...JSON.stringify(api).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1]);
  for (const name of refs) assert.ok(api.components.schemas[name], name);
});

test('a second server on the same address is refused with a sentence', async () => {
  const second = await run(program, ['serve'], { env: service.env });
  assert.equal(second.code, 1);
  assert.match(second.stderr, /待ち受けできません/);
});

test('SIGTERM lets a request in progress end and the program ends with 0; what was saved is there afterwards', async () => {
  const idle = connect(service.port, '127.0.0.1');
  await new Promise((resolve) => idle.once('connect', resolve));
  const asked = Array.from({ length: 20 }, () => answers(`${service.url}/readyz`));
  await sleep(5);
  const ended = await service.quit();
  assert.deepEqual(ended, { code: 0, signal: null });
  for (const status of await Promise.all(asked)) assert.ok([0, 200, 503].includes(status), `${status}`);
  idle.destroy();
  await service.serve();
  assert.equal(await answers(`${service.url}/readyz`), 200);
});

test('a PostgreSQL that is away at the start is told, not died of', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'renkei-away-'));
  const env = { ...process.env, RENKEI_DATA: 'postgresql://nobody@127.0.0.1:9/none?connect_timeout=1', RENKEI_LISTEN: '127.0.0.1:0',
    RENKEI_SECRET_KEY_FILE: join(folder, 'key') };
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (data) => { said += data; });
  const ended = new Promise((resolve) => { child.on('close', (code) => resolve(code)); });
  for (let i = 0; i < 1200 && !said.includes('\n'); i++) await sleep(50);
  const url = said.trim();
  assert.equal(await answers(`${url}healthz`), 200);
  assert.equal(await answers(`${url}readyz`), 503);
  const page = await fetch(`${url}consultations`);
  assert.equal(page.status, 503);
  assert.equal(page.headers.get('retry-after'), '5');
  assert.match(await page.text(), /データベース/);
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  rmSync(folder, { recursive: true });
});

test('a database that is lost while serving gives 503 with a page, and comes back by itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'renkei-lost-'));
  const database = mkdtempSync(join(tmpdir(), 'renkei-lost-database-')); // its server's user must reach it
  const postgresql = (...args) => run(join(root, 'script/postgresql'), [...args, database]);
  const started = await postgresql('start');
  assert.equal(started.code, 0, started.stderr);
  const env = { ...process.env, RENKEI_DATA: started.stdout.trim(), RENKEI_LISTEN: '127.0.0.1:0', RENKEI_SECRET_KEY_FILE: join(folder, 'key') };
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => { child.on('close', (code) => resolve(code)); });
  try {
    let said = '';
    child.stdout.on('data', (data) => { said += data; });
    for (let i = 0; i < 1200 && !said.includes('\n'); i++) await sleep(50);
    const url = said.trim();
    const visit = () => fetch(`${url}consultations`, { headers: { cookie: 'renkei=somebody' }, redirect: 'manual' });
    assert.equal((await visit()).status, 303);
    await postgresql('stop');
    const page = await visit();
    assert.equal(page.status, 503);
    assert.match(await page.text(), /データベース/);
    assert.equal(await answers(`${url}readyz`), 503);
    assert.equal(await answers(`${url}healthz`), 200);
    assert.equal((await postgresql('restart')).code, 0);
    for (let i = 0; i < 600 && (await answers(`${url}readyz`)) !== 200; i++) await sleep(100);
    assert.equal((await visit()).status, 303);
  } finally {
    child.kill('SIGTERM');
    await postgresql('stop');
  }
  assert.equal(await ended, 0);
  for (const made of [folder, database]) rmSync(made, { recursive: true });
});
