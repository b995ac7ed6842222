// Who may not: every write by every role that lacks it, another ward's records by any address, sessions that ended, locked or were taken away.
// Refused means 403 or 404, with nothing shown and nothing changed; what was typed is kept.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, Service } from '../support/service.mjs';
import { consultation, newId, tokenFor, tokenOf } from '../support/records.mjs';
import { fields, newcomer, password, Person, Program, words } from '../support/person.mjs';

const roles = ['coordinator', 'contractor_manager', 'ward_officer', 'health_bureau', 'system_administrator', 'viewer', 'professional'];
const secret = '隠田 秘子', story = '都島だけの話';
let service, people, far, farApi, farId, farPatient, own;
before(async () => {
  service = await Service.start();
  people = {};
  for (const role of roles) people[role] = await Person.demo(service, role);
  farApi = new Program(service, await tokenOf(service, 'coordinator', '271021'));
  const made = await farApi.send('POST', '/consultations', consultation({ patient_name: secret, patient_kana: 'オンデン ヒメコ', summary: story, consulter_name: secret }));
  assert.equal(made.status, 201, made.text);
  farId = made.json.id;
  farPatient = newId();
  assert.equal((await farApi.send('POST', '/patients', { id: farPatient, name: secret, kana: 'オンデン ヒメコ' })).status, 201);
  far = await newcomer(service, 'miyakojima', 'coordinator', 'room-271021');
  own = consultation({ summary: '北区の話' });
  assert.equal((await people.coordinator.post('/consultations', own)).status, 303);
}, { timeout: 180000 });
after(() => service?.stop());

const isRefused = (reply, what) => {
  assert.ok([403, 404].includes(reply.status), `${what} answered ${reply.status}`);
  for (const text of [secret, story, 'オンデン', '隠田']) assert.ok(!reply.text.includes(text), `${what} shows ${text}`);
  assert.match(words(reply.text), /(ません|ください|限)/, what);
};
const farNow = async () => (await farApi.send('GET', `/consultations/${farId}`)).json;

// Roles

const matrix = readFileSync(join(root, 'tests/program/permission_matrix.tsv'), 'utf8').trim().split('\n').filter((line) => !line.startsWith('#')).map((line) => line.split('\t'));
const order = ['coordinator', 'contractor_manager', 'ward_officer', 'health_bureau', 'system_administrator', 'viewer', 'professional'];
const real = (path) => path.replace(':form', '3').replace(':period', '2024-10').replace(':day', '2024-11-29').replace(':kind', 'consultation')
  .replace(/:(id|membership)/g, path.startsWith('/consultations') ? own.id : newId());

test('every route that a role may not use answers 403 over the wire, and a write nobody may make changes nothing', async () => {
  let refused = 0;
  for (const [method, path, , ...allowed] of matrix)
    for (const [i, role] of order.entries()) {
      if (allowed[i] !== '-') continue;
      const person = people[role], where = real(path);
      const reply = method === 'GET' ? await person.send('GET', where)
        : method === 'POST' ? await person.post(where, { ...own, revision: '1', summary: 'ほかの役割' })
          : await person.send(method, `/api/v1${where}`, { body: JSON.stringify({ revision: 1, summary: 'ほかの役割' }), headers: { 'content-type': 'application/json', 'x-csrf-token': person.csrf } });
      assert.equal(reply.status, 403, `${role} ${method} ${where}`);
      assert.ok(!reply.text.includes('北区の話'), `${role} ${method} ${where} shows the record`);
      refused++;
    }
  assert.ok(refused > 200, `${refused} were tried`);
  const now = (await new Program(service, await tokenOf(service, 'coordinator')).send('GET', `/consultations/${own.id}`)).json;
  assert.equal(now.summary, '北区の話');
  assert.equal(now.revision, 1);
});

test('viewer, ward officer, bureau and administrator may write no record, whatever the table of permissions says', async () => {
  for (const role of ['viewer', 'ward_officer', 'health_bureau', 'system_administrator']) {
    const person = people[role];
    for (const path of ['/consultations', `/consultations/${own.id}`, `/consultations/${own.id}/delete`, `/consultations/${own.id}/progress`, `/consultations/${own.id}/reopen`, '/meetings', '/activities', '/trainings', '/patients', '/daily-logs/2024-11-29', '/submissions/3/2024-10/save'])
      assert.equal((await person.post(path, { ...own, revision: '1' })).status, 403, `${role} ${path}`);
    const draft = await person.send('PUT', `/drafts/consultation/${newId()}`, { body: fields({ csrf: person.csrf, summary: 'x' }) });
    assert.equal(draft.status, 403, role);
  }
});

test('an administrator sees no record at all, and who looks after a ward sees no person', async () => {
  for (const path of ['/consultations', `/consultations/${own.id}`, '/patients', '/daily-logs/2024-11-29', '/search']) {
    const reply = path === '/search' ? await people.system_administrator.post(path, { q: '見本' }) : await people.system_administrator.get(path);
    assert.ok(!reply.text.includes('北区の話'), path);
  }
  const id = (await people.coordinator.post('/consultations', consultation({ patient_name: '北野 見本', patient_kana: 'キタノ ミホン', consulter_contact: '0612345678', summary: '伏せるべき話', consulter_org: '名指しの診療所', next_action: '伏せる対応', 'progress.0.contact_on': '2024-11-29', 'progress.0.text': '伏せる経過' }))).location.split('/').pop();
  for (const role of ['ward_officer', 'health_bureau'])
    for (const path of [`/consultations/${id}`, `/consultations/${id}/history`, '/consultations', '/consultations?format=csv', '/consultations?format=json', '/consultations?format=xlsx', '/daily-logs/2024-11-29', '/daily-logs/2024-11-29/csv', '/patients', '/']) {
      const reply = await people[role].get(path);
      for (const text of ['北野', 'キタノ', '0612345678', '伏せ']) assert.ok(!reply.text.includes(text), `${role} ${path} shows ${text}`);
    }
  for (const role of ['ward_officer', 'health_bureau']) {
    const found = await people[role].post('/consultations/search', { words: '北野' });
    assert.ok(!(await people[role].get(found.location)).text.includes(id), `${role} cannot find by a name that she may not see`);
    assert.ok(!(await people[role].post('/search', { q: '北野' })).text.includes(id), role);
    const open = await people[role].post('/consultations/search', { words: '名指しの診療所' });
    assert.ok((await people[role].get(open.location)).text.includes(id), `${role} finds by what she may see`);
    const picked = await people[role].post('/pick/patient', { q: '北野' });
    assert.ok(!picked.text.includes(id) && !picked.text.includes('北野'), role);
  }
});

// Another ward

test('another ward’s consultation is found by no address: page, form, history, print, copy, progress, reopening, deletion, API', async () => {
  const before = await farNow();
  for (const role of ['coordinator', 'contractor_manager', 'viewer', 'ward_officer']) {
    const person = people[role];
    for (const path of ['', '/edit', '/history', '/print']) isRefused(await person.get(`/consultations/${farId}${path}`), `${role} ${path}`);
    isRefused(await person.get(`/consultations/new?from=${farId}`), `${role} copy`);
  }
  const kita = people.coordinator;
  for (const path of ['', '/delete', '/undelete', '/progress', '/reopen'])
    isRefused(await kita.post(`/consultations/${farId}${path}`, { ...consultation({ id: farId }), revision: '1', text: 'x', reason: 'x', contact_on: '2024-11-29' }), path);
  const api = new Program(service, await tokenOf(service, 'coordinator'));
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) isRefused(await api.send(method, `/consultations/${farId}`, method === 'GET' ? undefined : { ...consultation({ id: farId }), revision: 1 }), method);
  for (const path of ['/progress', '/reopen']) isRefused(await api.send('POST', `/consultations/${farId}${path}`, { revision: 1, text: 'x', reason: 'x', contact_on: '2024-11-29' }), path);
  assert.deepEqual(await farNow(), before);
});

test('another ward’s record does not come through a list, an export, a search, a report’s records or a start page', async () => {
  for (const role of ['coordinator', 'contractor_manager', 'viewer', 'ward_officer']) {
    const person = people[role];
    for (const path of ['/', '/consultations', '/consultations?area=271021', '/consultations?area=271004', '/consultations?office_id=x&period=all', '/consultations?format=csv&period=all', '/consultations?format=json&area=271021', '/patients', '/patients?format=csv',
      '/daily-logs/2024-11-29', '/daily-logs/2024-11-29?office=0187382e-bd80-7518-b429-34288650e7c3', '/daily-logs/2024-11-29/csv?office=0187382e-bd80-7518-b429-34288650e7c3', '/submissions/3/2024-10?office=0187382e-bd80-7518-b429-34288650e7c3', '/settings/audit'])
      for (const text of [secret, story, farId]) assert.ok(!(await person.get(path)).text.includes(text), `${role} ${path} shows ${text}`);
    const found = await person.post('/consultations/search', { words: '隠田' });
    for (const text of [story, farId]) assert.ok(!(await person.get(found.location)).text.includes(text), role);
    assert.ok(!(await person.post('/search', { q: '隠田' })).text.includes(farId), role);
    for (const kind of ['patient', 'consultation']) assert.doesNotMatch((await person.post(`/pick/${kind}`, { q: '隠田' })).text, new RegExp(`${farId}|${secret}|${farPatient}`), `${role} ${kind}`);
  }
});

test('another ward’s person cannot be taken into a sheet: not as the person, not as the earlier sheet, not by taking her id', async () => {
  const kita = people.coordinator, before = (await farApi.send('GET', `/patients/${farPatient}`)).json;
  for (const id of [farPatient, farId]) {
    const values = consultation({ patient_id: id, patient_pseudonym: '' }), reply = await kita.post('/consultations', values);
    assert.equal(reply.status, 422, `${id} as the person`);
    for (const text of [secret, 'オンデン']) assert.ok(!reply.text.includes(text));
    for (const text of [secret, story]) assert.ok(!(await kita.post('/consultations/context', { patient_id: id, id: newId() })).text.includes(text));
    for (const path of ['', '/edit', '/history']) isRefused(await kita.get(`/patients/${id}${path}`), `patient ${path}`);
  }
  const linked = await kita.post('/consultations', consultation({ previous_id: farId }));
  if (linked.status === 303) for (const path of ['', '/edit', '/print']) {
    const { text } = await kita.get(linked.location + path);
    for (const hidden of [secret, story]) assert.ok(!text.includes(hidden), 'the earlier sheet says nothing');
  } else assert.equal(linked.status, 422);
  const taken = consultation({ id: farPatient, patient_name: '別人', patient_kana: 'ベツジン' }), reply = await kita.post('/consultations', taken);
  assert.equal(reply.status, 409, `a sheet under the id of another ward's person answered ${reply.status}`);
  assert.equal((await new Program(service, await tokenOf(service, 'coordinator')).send('GET', `/consultations/${farPatient}`)).status, 404);
  isRefused(await kita.post(`/patients/${farPatient}`, { name: '別人', revision: '1' }), 'change of the person');
  assert.deepEqual((await farApi.send('GET', `/patients/${farPatient}`)).json, before);
  const again = await kita.post('/consultations', consultation({ id: farId, summary: '横取り' }));
  assert.equal(again.status, 409);
  for (const text of [secret, story]) assert.ok(!again.text.includes(text));
});

test('another ward’s meetings, activities and trainings are as closed', async () => {
  const records = {
    meetings: { id: newId(), name: story, category: 'city_ward', is_community_care_meeting: 'no', held_on: '2024-11-28', role: 'secretariat' },
    activities: { id: newId(), date_from: '2024-11-29', activity_kind: 'phone', item: 'item_o_consultation', theme: story, personal_data_included: 'no' },
    trainings: { id: newId(), title: story, part: 'organised', audience_class: 'multi_profession', theme_group: 'other', held_on: '2024-11-28' },
  };
  for (const [kind, values] of Object.entries(records)) {
    assert.equal((await farApi.send('POST', `/${kind}`, values)).status, 201, kind);
    for (const path of ['', '/edit', '/history', '/print', ...(kind === 'activities' ? [] : ['/calendar'])]) isRefused(await people.coordinator.get(`/${kind}/${values.id}${path}`), kind + path);
    isRefused(await people.coordinator.post(`/${kind}/${values.id}`, { ...values, revision: '1' }), kind);
    isRefused(await people.coordinator.post(`/${kind}/${values.id}/delete`, { revision: '1' }), kind);
    assert.ok(!(await people.coordinator.get(`/${kind}`)).text.includes(story), kind);
  }
});

test('a saved search, a draft, an import and a job of somebody else open for nobody else', async () => {
  const search = await far.post('/consultations/search', { words: '隠田' });
  assert.ok((await far.get(search.location)).text.includes('隠田'));
  for (const person of [people.coordinator, people.contractor_manager]) {
    const { text } = await person.get(search.location);
    assert.ok(!text.includes('隠田') && !text.includes(farId), 'the words of a search');
  }
  const draft = newId();
  assert.equal((await far.send('PUT', `/drafts/consultation/${draft}`, { body: fields({ csrf: far.csrf, summary: story, patient_name: secret }) })).status, 200);
  assert.ok((await far.get(`/consultations/new?draft=${draft}`)).text.includes(story));
  assert.ok(!(await people.coordinator.get(`/consultations/new?draft=${draft}`)).text.includes(story));
  await people.coordinator.post(`/drafts/consultation/${draft}/delete`);
  await people.coordinator.send('PUT', `/drafts/consultation/${draft}`, { body: fields({ csrf: people.coordinator.csrf, summary: '上書き' }) });
  assert.ok((await far.get(`/consultations/new?draft=${draft}`)).text.includes(story), 'the draft stands as it was');

  const file = new FormData();
  file.append('csrf', far.csrf);
  file.append('file', new Blob([`受付日,相談方法,相談内容,氏名,相談の概要\n2024-11-28,電話,往診医,${secret},${story}\n`], { type: 'text/csv' }), 'daicho.csv');
  const sent = await far.send('POST', '/consultations/import', { body: file });
  assert.equal(sent.status, 303, words(sent.text).slice(0, 500));
  assert.equal((await far.get(sent.location)).status, 200);
  for (const role of roles) isRefused(await people[role].get(sent.location), `${role}: the ledger of another ward`);
  isRefused(await people.coordinator.post(sent.location, { do: 'run' }), 'the import of another ward');
  const started = await far.post(sent.location, { do: 'run', mode: 'good' });
  const job = /\/jobs\/([0-9a-f-]{36})/.exec(started.location)?.[1];
  assert.ok(job, `${started.status} ${started.location} ${words(started.text).slice(0, 600)}`);
  for (let i = 0; i < 1200 && /queued|running/.test(/data-job-state="(\w+)"/.exec((await far.get(`/jobs/${job}`)).text)?.[1] ?? ''); i++) await sleep(50);
  for (const role of roles.filter((each) => each !== 'system_administrator'))
    for (const path of ['', '/file', '/events']) isRefused(await people[role].get(`/jobs/${job}${path}`), `${role}: job${path}`);
  isRefused(await people.system_administrator.get(`/jobs/${job}/file`), 'system_administrator: job file');
  isRefused(await people.coordinator.post(`/jobs/${job}/cancel`), 'cancel');
});

// Sessions

async function at(time) {
  await service.quit();
  service.env.RENKEI_NOW = time;
  await service.serve();
}
const keptFields = (html) => Object.fromEntries([...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name, words(value)]));
const keptList = (html) => [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name, words(value)]);

test('a locked screen shows nobody’s data, keeps what was typed, and the same form is saved after unlocking', async () => {
  const jiro = await newcomer(service, 'jiro', 'coordinator', 'room-271276');
  await at('2024-11-30T09:30');
  for (const path of ['/', '/consultations', `/consultations/${own.id}`, '/patients']) {
    const reply = await jiro.get(path);
    assert.equal(reply.status, 303);
    assert.match(reply.location, /^\/unlock/);
    assert.ok(!reply.text.includes('北区の話'));
  }
  assert.equal((await jiro.send('GET', `/api/v1/consultations/${own.id}`)).status, 401);
  assert.ok(!(await jiro.get('/unlock')).text.includes('北区の話'));
  const values = consultation({ summary: '"ロック"の前に打った <長い> 話 👩🏽‍⚕️' });
  const reply = await jiro.post('/consultations', values);
  assert.equal(reply.status, 401);
  assert.match(words(reply.text), /まだ保存していません/);
  assert.equal(keptFields(reply.text).summary, values.summary);
  await jiro.get('/unlock');
  assert.equal((await jiro.post('/unlock', { password: 'ちがう' })).status, 422);
  assert.equal((await jiro.send('GET', '/')).status, 303, 'a wrong password opens nothing');
  assert.equal((await jiro.post('/unlock', { password })).status, 303);
  const saved = await jiro.send('POST', '/consultations', { body: new URLSearchParams(keptList(reply.text)) });
  assert.equal(saved.status, 303, words(saved.text).slice(0, 300));
  assert.ok(words((await jiro.get(saved.location)).text).includes('"ロック"の前に打った <長い> 話 👩🏽‍⚕️'));
});

test('a session that ended in the middle of typing gives everything back, and after signing in one press saves it', async () => {
  const hanako = people.coordinator = await Person.demo(service, 'coordinator');
  await at('2024-11-30T23:00');
  const values = consultation({ summary: '十三時間かけて打った話', patient_name: '架空 太郎', content: ['home_doctor', 'home_nursing'] });
  const reply = await hanako.post('/consultations', values);
  assert.equal(reply.status, 401);
  assert.deepEqual(keptList(reply.text).filter(([name]) => name === 'content').map(([, value]) => value), ['home_doctor', 'home_nursing']);
  assert.equal(keptFields(reply.text).summary, values.summary);
  assert.match(words(reply.text), /入力した内容は、まだ保存していません/);
  const stranger = new Person(service);
  assert.equal((await stranger.send('POST', '/consultations', { body: new URLSearchParams(keptList(reply.text)) })).status, 401, 'without signing in nothing is saved');
  await hanako.get('/sign-in');
  assert.equal((await hanako.post('/sign-in/demo', { role: 'coordinator' })).status, 303);
  const saved = await hanako.send('POST', '/consultations', { body: new URLSearchParams(keptList(reply.text)) });
  assert.equal(saved.status, 303, words(saved.text).slice(0, 300));
  assert.ok((await hanako.get(saved.location)).text.includes('十三時間かけて打った話'));
});

test('what somebody typed is not saved in another person’s name with one press', async () => {
  const hanako = await Person.demo(service, 'coordinator');
  await at('2024-12-01T12:00');
  const values = consultation({ summary: '花子の話' }), reply = await hanako.post('/consultations', values);
  assert.equal(reply.status, 401);
  const manager = await Person.demo(service, 'contractor_manager');
  const sent = await manager.send('POST', '/consultations', { body: new URLSearchParams(keptList(reply.text)) });
  assert.equal(sent.status, 409, 'it is shown once more');
});

test('signing out and being disabled end a session at once, and the old cookie opens nothing', async () => {
  const admin = await Person.demo(service, 'system_administrator'), saburo = await newcomer(service, 'saburo', 'coordinator', 'room-271276');
  const token = await tokenFor(service, 'saburo');
  assert.equal((await new Program(service, token).send('GET', '/consultations')).status, 200);
  const id = /\/settings\/users\/([0-9a-f-]{36})"[^>]*>[^<]*saburo|saburo[\s\S]{0,400}?\/settings\/users\/([0-9a-f-]{36})/.exec((await admin.get('/settings/users?q=saburo')).text)?.slice(1).find(Boolean);
  assert.ok(id, 'the administrator sees saburo');
  assert.equal((await service.command('user', 'disable', 'saburo')).code, 0);
  assert.equal((await saburo.get('/consultations')).status, 303);
  assert.equal((await new Program(service, token).send('GET', '/consultations')).status, 401);
  const shiro = await newcomer(service, 'shiro', 'coordinator', 'room-271276'), key = shiro.cookies.get('renkei');
  assert.equal((await shiro.post('/sign-out')).status, 303);
  shiro.cookies.set('renkei', key);
  assert.equal((await shiro.get('/consultations')).status, 303);
  for (const made of ['', 'x', key.slice(1), `${key}0`, "' OR 1=1 --"]) {
    shiro.cookies.set('renkei', made);
    assert.equal((await shiro.get('/consultations')).status, 303, made);
    assert.equal((await new Program(service, made || 'x').send('GET', '/consultations')).status, 401);
  }
});

test('after all this the chain holds and no write forgot its line', async () => {
  assert.match(await (await fetch(`${service.url}/metrics`)).text(), /^renkei_audit_missing_total 0$/m);
  const verified = await service.command('verify');
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
