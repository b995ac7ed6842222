// What doc/api.md promises to other programs, done with the tools it names: a token from the command line and plain HTTP.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, Service } from '../support/service.mjs';
import { consultation, newId, tokenOf } from '../support/records.mjs';
import { Person, Program, words } from '../support/person.mjs';

let service, room, bureau;
before(async () => {
  service = await Service.start();
  const made = await service.command('token', 'create', 'demo-coordinator-271276', '--label', 'journey', '--days', '30');
  assert.equal(made.code, 0, made.stderr);
  room = new Program(service, made.stdout.trim());
  const bureauToken = await service.command('token', 'create', 'demo-bureau');
  assert.equal(bureauToken.code, 0, bureauToken.stderr);
  bureau = new Program(service, bureauToken.stdout.trim());
}, { timeout: 180000 });
after(() => service?.stop());

const isProblem = (reply, status) => {
  assert.equal(reply.status, status, reply.text);
  assert.match(reply.headers.get('content-type'), /^application\/problem\+json/);
  assert.equal(reply.json.status, status);
  assert.equal(reply.json.type, 'about:blank');
  assert.match(reply.json.detail, /。$/, 'a Japanese sentence');
};

async function created(change) {
  const record = consultation(change);
  const reply = await room.send('POST', '/consultations', record);
  assert.equal(reply.status, 201, reply.text);
  return reply;
}

test('without a token, with a wrong one and after its user was stopped, the API answers 401 with a problem document', async () => {
  isProblem(await new Program(service, '').send('GET', '/consultations'), 401);
  isProblem(await new Program(service, `${room.token}x`).send('GET', '/consultations'), 401);
  const leaver = new Program(service, await tokenOf(service, 'viewer'));
  assert.equal((await leaver.send('GET', '/consultations')).status, 200);
  assert.equal((await service.command('user', 'disable', 'demo-viewer-271276')).code, 0);
  isProblem(await leaver.send('GET', '/consultations'), 401);
});

test('a list is walked to its end by the Link header, each record once', async () => {
  const seen = new Set();
  let path = '/consultations?period=FY2024', total;
  for (let pages = 0; path && pages < 20; pages++) {
    const reply = await room.send('GET', path);
    assert.equal(reply.status, 200, reply.text);
    total = reply.json.total;
    assert.equal(reply.json.total_is_at_least, false);
    assert.ok(reply.json.items.length > 0 && reply.json.items.length <= 50);
    for (const item of reply.json.items) seen.add(item.id);
    const link = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(reply.headers.get('link') ?? '');
    assert.equal(Boolean(link), reply.json.next !== null);
    path = link?.[1];
  }
  assert.ok(total > 50, 'more than a page');
  assert.equal(seen.size, total);
});

test('a record is created with an id of the client, twice the same request makes one, and it is read with its ETag', async () => {
  const record = consultation({ summary: 'APIからの相談です。' });
  const first = await room.send('POST', '/consultations', record);
  assert.equal(first.status, 201, first.text);
  assert.equal(first.headers.get('etag'), '"1"');
  const again = await room.send('POST', '/consultations', record);
  assert.ok([200, 201].includes(again.status), again.text);
  assert.equal(again.json.revision, 1);
  const read = await room.send('GET', `/consultations/${record.id}`);
  assert.equal(read.status, 200);
  assert.equal(read.headers.get('etag'), '"1"');
  assert.equal(read.json.summary, 'APIからの相談です。');
  assert.deepEqual(read.json.content, ['home_doctor', 'home_nursing']);
  assert.match(read.json.consultation_no, /^R6-北-6-\d{4}$/);
});

test('PATCH with If-Match changes only what it names; a stale one is 409 with the present record and changes nothing', async () => {
  const { json: { id } } = await created();
  const changed = await room.send('PATCH', `/consultations/${id}`, { summary: '二つめの内容' }, { 'if-match': '"1"' });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(changed.headers.get('etag'), '"2"');
  assert.equal(changed.json.outcome, 'informed');
  const stale = await room.send('PATCH', `/consultations/${id}`, { summary: '古い版から' }, { 'if-match': '"1"' });
  isProblem(stale, 409);
  assert.equal(stale.json.revision, 2);
  assert.equal(stale.json.current.summary, '二つめの内容');
  assert.equal((await room.send('GET', `/consultations/${id}`)).json.summary, '二つめの内容');
});

test('what is wrong comes back as 422 with each field and its Japanese sentence', async () => {
  const reply = await room.send('POST', '/consultations', consultation({ received_at: '2025-01-05T10:00', channel: 'pigeon', content: [] }));
  isProblem(reply, 422);
  const said = Object.fromEntries(reply.json.errors.map(({ field, detail }) => [field, detail]));
  assert.deepEqual(Object.keys(said).sort(), ['channel', 'content', 'received_at']);
  for (const sentence of Object.values(said)) assert.match(sentence, /(ください|ません).*。$/);
  assert.equal(reply.json.field, reply.json.errors[0].field);
});

test('who may not write is told 403, an unknown id is 404, and whoever sees no persons gets no names', async () => {
  isProblem(await bureau.send('POST', '/consultations', consultation()), 403);
  isProblem(await room.send('GET', `/consultations/${newId()}`), 404);
  const { json: { id } } = await created({ patient_pseudonym: '架空の仮名' });
  const seen = await bureau.send('GET', `/consultations/${id}`);
  assert.equal(seen.status, 200, seen.text);
  assert.doesNotMatch(seen.text, /架空の仮名|訪問診療の医師を探している/);
});

test('a record is deleted with its ETag and brought back', async () => {
  const { json: { id } } = await created();
  const gone = await room.send('DELETE', `/consultations/${id}`, undefined, { 'if-match': '"1"' });
  assert.equal(gone.status, 204, gone.text);
  isProblem(await room.send('GET', `/consultations/${id}`), 404);
  assert.equal((await room.send('POST', `/consultations/${id}/undelete`, {})).status, 200);
  assert.equal((await room.send('GET', `/consultations/${id}`)).status, 200);
});

test('two characters find a record, and they stand in no address', async () => {
  const made = await created({ summary: '吸引器の貸し出しを探している。' });
  const told = await fetch(`${service.url}/api/v1/consultations/search`, {
    method: 'POST', redirect: 'manual', body: JSON.stringify({ words: '吸引' }),
    headers: { authorization: `Bearer ${room.token}`, 'content-type': 'application/json', accept: 'application/json' },
  });
  assert.equal(told.status, 303);
  const address = told.headers.get('location');
  assert.match(address, /^\/api\/v1\/consultations\?s=[0-9a-f-]+$/);
  const found = await room.send('GET', address.replace('/api/v1', ''));
  assert.equal(found.status, 200, found.text);
  assert.ok(found.json.items.some((item) => item.id === made.json.id));
});

test('a report comes as JSON, with the figures of the page', async () => {
  const reply = await bureau.send('GET', '/reports/t-osk-12?area=271004&period=FY2024');
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.json.id, 't-osk-12');
  assert.ok(reply.json.rows[0].cells.includes(2211));
});

test('openapi.json lists every route that the API serves, and nothing else', async () => {
  const api = await (await fetch(`${service.url}/api/v1/openapi.json`)).json();
  assert.equal(api.openapi, '3.1.0');
  const told = new Set(Object.entries(api.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)));
  // Every route of the program stands in the permission matrix; the API is asked for each, as somebody who may see everything of the route.
  const matrix = readFileSync(join(root, 'tests/program/permission_matrix.tsv'), 'utf8');
  const routes = matrix.split('\n').map((line) => line.split('\t')).filter(([method]) => /^(GET|POST|PUT|PATCH|DELETE)$/.test(method));
  assert.ok(routes.length > 100);
  const known = new Set(routes.map(([method, path]) => `${method} ${path.replace(/:([a-z_]+)/g, '{$1}')}`));
  for (const operation of told) assert.ok(known.has(operation) || operation.endsWith('/openapi.json'), operation);
  for (const kind of ['consultations', 'activities', 'meetings', 'trainings', 'patients'])
    for (const operation of [`GET /${kind}`, `POST /${kind}`, `GET /${kind}/{id}`, `PUT /${kind}/{id}`, `PATCH /${kind}/{id}`, `DELETE /${kind}/{id}`])
      assert.ok(told.has(operation), operation);
  // What is told answers in JSON to whoever may use it.
  const keeper = new Program(service, (await service.command('token', 'create', 'demo-system')).stdout.trim());
  for (const path of Object.keys(api.paths).filter((each) => api.paths[each].get && !each.includes('{')))
    for (const program of [room, bureau, keeper])
      assert.match((await program.send('GET', path)).headers.get('content-type'), /^application\/((problem|geo)\+)?json/, path);
  // What is not told is not served: a page of the program under /api/v1 is 404.
  for (const [method, path] of routes.filter(([m, p]) => m === 'GET' && !p.includes(':'))) {
    const reply = await room.send(method, path, undefined, { 'accept': 'application/json' });
    assert.equal(reply.status === 404, !told.has(`${method} ${path}`), `${method} ${path} answered ${reply.status}`);
  }
});

test('the examples of doc/api.md name fields, filters and codes that exist', async () => {
  const text = readFileSync(join(root, 'doc/api.md'), 'utf8');
  const [example] = [...text.matchAll(/```json\n(\{[\s\S]*?\})\n```/g)].map((m) => JSON.parse(m[1]));
  const reply = await room.send('POST', '/consultations', { ...example, id: newId() });
  assert.equal(reply.status, 201, reply.text);
  const paths = [...text.matchAll(/\/api\/v1(\/[a-z-]+\?[^\s'"`]+)/g)].map((m) => m[1]);
  assert.ok(paths.length > 0);
  for (const path of paths) assert.equal((await room.send('GET', path)).status, 200, path);
});

test('running.md tells every command of the program, and no command that is not there', async () => {
  const help = (await service.command('--help')).stdout;
  const commands = [...help.matchAll(/^ {2}renkei ([a-z]+(?: (?:add|disable|reset|create|facilities|consultations|population))?)/gm)].map((m) => m[1]);
  assert.ok(commands.length >= 14, commands.join());
  const told = readFileSync(join(root, 'doc/running.md'), 'utf8');
  for (const command of commands) assert.ok(told.includes(`\`renkei ${command}`), command);
  for (const [, command] of told.matchAll(/^\| `renkei ([a-z]+(?: [a-z]+)?)/gm)) assert.ok(commands.includes(command), command);
  const settings = [...help.matchAll(/^ {2}(RENKEI_[A-Z_]+)/gm)].map((m) => m[1]);
  for (const setting of settings) assert.ok(told.includes(`\`${setting}\``), setting);
});

test('the page says in words what the API says in a problem document', async () => {
  const hanako = await Person.demo(service, 'coordinator');
  const page = await hanako.post('/consultations', { id: newId() });
  const api = await room.send('POST', '/consultations', { id: newId() });
  assert.equal(page.status, 422);
  for (const { detail } of api.json.errors) assert.ok(words(page.text).includes(detail), detail);
});
