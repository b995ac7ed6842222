// attachment.test.mjs -- a file on a record, as a browser sends it and a program fetches it, and through backup, restore and export.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Service, program, run } from '../support/service.mjs';
import { Person, Program, raw, words } from '../support/person.mjs';
import { consultation, newId, tokenOf } from '../support/records.mjs';

const server = process.env.RENKEI_TEST_POSTGRESQL;
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300000), Buffer.from('\n%%EOF\n')]);
const name = '退院時カンファレンス　記録.pdf';

let service, coordinator, api, record;
const dropped = [];
before(async () => {
  service = await Service.start();
  coordinator = await Person.demo(service, 'coordinator');
  api = new Program(service, await tokenOf(service, 'coordinator'));
  record = consultation();
  assert.equal((await api.send('POST', '/consultations', record)).status, 201);
}, { timeout: 300000 });
after(async () => {
  for (const one of dropped) await run('psql', ['-qX', server, '-c', `DROP DATABASE ${one} WITH (FORCE)`]);
  await service?.stop();
});

const place = () => `/attachments/of/consultation/${record.id}`;
function form(id, bytes = pdf, file = name) {
  const body = new FormData();
  body.append('csrf', coordinator.csrf);
  body.append('id', id);
  body.append('file', new Blob([bytes], { type: 'application/octet-stream' }), file);
  return body;
}
const list = async () => (await api.send('GET', place())).json.items;

test('a file sent twice by an impatient press is kept once and comes back to people and programs', { timeout: 120000 }, async () => {
  const page = await coordinator.get(`/consultations/${record.id}`);
  const id = /name="id" value="([^"]+)"><label>ファイルを選ぶ/.exec(page.text)[1];
  for (let i = 0; i < 2; i++) {
    const reply = await coordinator.send('POST', place(), { body: form(id) });
    assert.equal(reply.status, 303, words(reply.text));
    assert.equal(reply.location, `/consultations/${record.id}#attachments`);
  }
  assert.match(words((await coordinator.get(`/consultations/${record.id}`)).text), /添付したファイル（1件）[^]*退院時カンファレンス　記録\.pdf[^]*293KB/);
  assert.deepEqual((await list()).map((one) => [one.id, one.file_name, one.byte_count]), [[id, name, pdf.length]]);
  const file = await coordinator.get(`/attachments/${id}`);
  assert.deepEqual(file.bytes, pdf);
  assert.match(file.headers.get('content-disposition'), /^attachment;/);
  assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
  assert.match(file.headers.get('cache-control'), /no-store|private/);
});

test('what is no such file, half a form, an unknown record and a person without the right change nothing', { timeout: 120000 }, async () => {
  const before = await list();
  const refused = await coordinator.send('POST', place(), { body: form(newId(), Buffer.from('MZ program'), 'letter.pdf') });
  assert.equal(refused.status, 422);
  assert.match(words(refused.text), /PDF、JPEG、PNG/);
  assert.equal((await coordinator.send('POST', place(), { body: form('../../etc/passwd') })).status, 422);
  assert.equal((await coordinator.send('POST', `/attachments/of/consultation/${newId()}`, { body: form(newId()) })).status, 404);
  const half = `POST ${place()} HTTP/1.1\r\nHost: x\r\nCookie: ${[...coordinator.cookies].map(([key, value]) => `${key}=${value}`).join('; ')}\r\n` +
    `X-CSRF-Token: ${coordinator.csrf}\r\nContent-Type: multipart/form-data; boundary=XX\r\nContent-Length: 100000\r\n\r\n` +
    '--XX\r\nContent-Disposition: form-data; name="file"; filename="half.pdf"\r\n\r\n%PDF-1.4 half of it';
  await raw(service, half, { ends: false });
  const bureau = await Person.demo(service, 'health_bureau'), viewer = await Person.demo(service, 'viewer');
  for (const path of [`/attachments/${before[0].id}`, place()]) assert.equal((await bureau.get(path)).status, 403, path);
  assert.equal((await viewer.post(`/attachments/${before[0].id}/delete`)).status, 403);
  assert.deepEqual(await list(), before);
});

async function emptyStore() {
  if (process.env.RENKEI_TEST_STORE !== 'postgresql') return `sqlite:${join(service.folder, `${newId()}.db`)}`;
  const database = `attachment_${randomBytes(6).toString('hex')}`;
  assert.equal((await run('psql', ['-qX', server, '-c', `CREATE DATABASE ${database}`])).code, 0);
  dropped.push(database);
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
async function done(data, ...args) {
  const reply = await run(program, args, { env: { ...service.env, RENKEI_DATA: data } });
  assert.equal(reply.code, 0, `${args.join(' ')}: ${reply.stdout}${reply.stderr}`);
}

test('a backup and an export carry the file, and both bring it back', { timeout: 300000 }, async () => {
  const at = (one) => join(service.folder, one);
  await done(service.data, 'backup', at('a.backup'));
  await done(service.data, 'export', '--out', at('a.export'));
  for (const args of [['restore', at('a.backup')], ['restore', '--from-export', at('a.export')]]) {
    const data = await emptyStore(), out = at(newId());
    await done(data, ...args);
    await done(data, 'export', '--out', out);
    assert.ok(readFileSync(join(out, 'attachment_content.csv'), 'utf8').includes(`x${pdf.toString('hex')}`), args.join(' '));
  }
});
