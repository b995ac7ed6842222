// Wrong, missing, oversized or hostile input gets a clear Japanese sentence, keeps what was typed, changes nothing else, and shows nobody anything.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, Service } from '../support/service.mjs';
import { consultation, newId, tokenOf } from '../support/records.mjs';
import { fields, Person, Program, raw, words } from '../support/person.mjs';

let service, hanako, api;
before(async () => {
  service = await Service.start();
  hanako = await Person.demo(service, 'coordinator');
  api = new Program(service, await tokenOf(service, 'coordinator'));
}, { timeout: 180000 });
after(() => service?.stop());

const form = 'application/x-www-form-urlencoded';
const meeting = (change = {}) => ({
  id: newId(), name: '在宅医療・介護連携推進会議', category: 'city_ward', is_community_care_meeting: 'no', held_on: '2024-11-28', role: 'secretariat', ...change,
});
const saved = async (kind, id) => (await api.send('GET', `/${kind}/${id}`)).json;
const isAbsent = async (kind, id) => assert.equal((await api.send('GET', `/${kind}/${id}`)).status, 404, 'nothing was saved');
const isClear = (reply, status) => {
  assert.equal(reply.status, status, words(reply.text).slice(0, 400));
  assert.match(words(reply.text), /(ください|できません|見つかりません|ありません)/);
  assert.doesNotMatch(reply.text, /sqlite|libpq|SELECT |\.c:\d/, 'nothing of the inside');
};
// The sentence that stands beside a field.
const beside = (html, name) => words(new RegExp(`data-field="${name}"[\\s\\S]*?class="field-error"[^>]*>([^<]*)`).exec(html)?.[1] ?? '');
const typed = (html, name) => {
  const at = new RegExp(`<(?:input|textarea)[^>]*name="${name}"[^>]*?(?:value="([^"]*)"[^>]*>|>\\n?([^<]*)</textarea>)`).exec(html);
  return at ? words(at[1] ?? at[2]) : undefined;
};
async function created(change) {
  const values = consultation(change);
  const reply = await hanako.post('/consultations', values);
  assert.equal(reply.status, 303, words(reply.text).slice(0, 600));
  return values.id;
}

// Wrong and missing

test('an empty consultation form names every missing item beside its field and saves nothing', async () => {
  const id = newId(), reply = await hanako.post('/consultations', { id });
  isClear(reply, 422);
  for (const name of ['received_at', 'channel', 'consulter_type', 'subject_kind', 'content', 'outcome']) assert.match(beside(reply.text, name), /ください/, name);
  const said = await api.send('POST', '/consultations', { id });
  assert.equal(said.status, 422);
  assert.match(said.headers.get('content-type'), /problem\+json/);
  await isAbsent('consultations', id);
});

test('an empty meeting form names every missing item beside its field and saves nothing', async () => {
  const id = newId(), reply = await hanako.post('/meetings', { id });
  isClear(reply, 422);
  for (const name of ['name', 'category', 'is_community_care_meeting', 'held_on', 'role']) assert.match(beside(reply.text, name), /ください/, name);
  await isAbsent('meetings', id);
});

test('wrong values are refused beside their fields, on the page and by the API, and what was typed stands there again', async () => {
  const wrong = {
    received_at: 'あさって以降', channel: 'telepathy', outcome: "informed' OR 1=1", next_action_on: '2024-02-30', patient_kana: '<漢字>', ended_at: '2024-11-29T09:00',
    summary: '消えては困る長い文章です。',
  };
  for (const [name, value] of Object.entries(wrong)) {
    if (name === 'summary') continue;
    const values = consultation({ summary: wrong.summary, [name]: value }), reply = await hanako.post('/consultations', values);
    isClear(reply, 422);
    assert.notEqual(beside(reply.text, name), '', name);
    assert.equal(typed(reply.text, 'summary'), wrong.summary);
    if (!['channel', 'outcome', 'ended_at'].includes(name)) assert.equal(typed(reply.text, name), value, name);
    const said = await api.send('POST', '/consultations', values);
    assert.equal(said.status, 422, name);
    assert.ok(JSON.stringify(said.json).includes(`"${name}"`), said.text);
    await isAbsent('consultations', values.id);
  }
});

test('an id, a revision and a method that make no sense are refused with a sentence', async () => {
  for (const id of ['1', '../../etc/passwd', "' OR 1=1 --", 'x'.repeat(5000), '<b>']) {
    isClear(await hanako.post('/consultations', consultation({ id })), 422);
    assert.equal((await api.send('POST', '/consultations', consultation({ id }))).status, 422);
  }
  const id = await created();
  for (const revision of ['', '0', '-1', 'one', '99999999999999999999']) {
    const reply = await hanako.post(`/consultations/${id}`, consultation({ id, revision, summary: '版がない変更' }));
    assert.ok([409, 422].includes(reply.status), `${revision} answered ${reply.status}`);
  }
  assert.notEqual((await saved('consultations', id)).summary, '版がない変更');
  for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'x'.repeat(30)])
    assert.match(await raw(service, `${method} / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 40[05]/, method);
});

// Oversized

test('a text of exactly the allowed length is saved; one character more is refused and comes back whole', async () => {
  for (const [name, most] of [['consulter_org', 100], ['consulter_name', 60], ['summary', 4000], ['next_action', 300]]) {
    const fits = '𠮷'.repeat(most), id = await created({ [name]: fits });
    assert.equal((await saved('consultations', id))[name], fits, name);
    const values = consultation({ [name]: `${fits}字` }), reply = await hanako.post('/consultations', values);
    isClear(reply, 422);
    assert.match(beside(reply.text, name), new RegExp(`1文字.*${most}文字`), name);
    assert.equal(typed(reply.text, name), `${fits}字`);
    assert.equal((await api.send('POST', '/consultations', values)).status, 422);
    await isAbsent('consultations', values.id);
  }
  const values = meeting({ name: '会'.repeat(121) });
  assert.match(beside((await hanako.post('/meetings', values)).text, 'name'), /120文字/);
  await isAbsent('meetings', values.id);
});

test('a field of nearly a megabyte is refused beside the field and comes back whole', async () => {
  const long = 'a'.repeat(1000000), values = consultation({ summary: long }), reply = await hanako.post('/consultations', values);
  isClear(reply, 422);
  assert.equal(typed(reply.text, 'summary'), long);
  await isAbsent('consultations', values.id);
});

test('a body of two megabytes and ten thousand fields are refused with a page, as form, as multipart and as JSON', async () => {
  const long = 'a'.repeat(2000000), values = consultation({ summary: long });
  isClear(await hanako.post('/consultations', values), 413);
  const parts = new FormData();
  for (const [name, value] of Object.entries({ csrf: hanako.csrf, ...values })) parts.append(name, value);
  isClear(await hanako.send('POST', '/consultations', { body: parts }), 413);
  assert.equal((await api.send('POST', '/consultations', values)).status, 413);
  const many = Object.fromEntries(Array.from({ length: 10000 }, (_, i) => [`x${i}`, '1']));
  isClear(await hanako.post('/consultations', { ...consultation({ id: values.id }), ...many }), 422);
  assert.equal((await api.send('POST', '/consultations', { ...consultation({ id: values.id }), ...many })).status, 422);
  await isAbsent('consultations', values.id);
});

test('rows beyond the allowed number and rows with a hostile number are refused or ignored', async () => {
  const progress = Array.from({ length: 501 }, () => ({ contact_on: '2024-11-29', text: '経過' }));
  const values = consultation({ progress }), said = await api.send('POST', '/consultations', values);
  assert.equal(said.status, 422);
  assert.match(said.text, /500/);
  await isAbsent('consultations', values.id);
  for (const row of ['999999999', '-1', '1e9', '18446744073709551616', 'x'])
    assert.equal((await hanako.post('/consultations', { ...consultation({ outcome: '' }), [`progress.${row}.text`]: '経過' })).status, 422, row);
});

test('a request line, a header and a cookie without end are refused', async () => {
  for (const bytes of [`GET /${'a'.repeat(40000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: renkei=${'a'.repeat(40000)}\r\n\r\n`])
    assert.match(await raw(service, bytes), /^HTTP\/1\.1 4\d\d/);
  for (const bytes of ['GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello', 'POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n'])
    assert.match(await raw(service, bytes), /^(HTTP\/1\.1 4\d\d|$)/);
});

// Characters

const strange = '👩🏽‍⚕️👨‍👩‍👧‍👦🇯🇵 ①㈱﨑髙𠮷 葛󠄀 ㍻〜～−‐ が(か+゙)';

test('emoji, joined emoji, variants and 機種依存文字 are saved and shown exactly as typed', async () => {
  const id = await created({ patient_name: '髙﨑 𠮷子', summary: strange, next_action: 'あ\u202Eい\u202C\u0007う' });
  const record = await saved('consultations', id);
  assert.equal(record.summary, strange);
  assert.equal(record.patient_name, '髙﨑 𠮷子');
  assert.equal(record.next_action, 'あいう', 'what would turn the writing round, or ring, is left out');
  const page = await hanako.get(`/consultations/${id}`);
  assert.ok(page.text.includes('👩🏽‍⚕️👨‍👩‍👧‍👦🇯🇵 ①㈱﨑髙𠮷 葛󠄀'));
  assert.equal(typed((await hanako.get(`/consultations/${id}/edit`)).text, 'summary'), strange);
  const pdf = await hanako.get(`/consultations/${id}/print`);
  assert.equal(pdf.status, 200);
  assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
});

test('lone surrogates, ill-formed UTF-8, NUL and noncharacters never get in: as form, as JSON, as multipart', async () => {
  const bad = ['%ED%A0%80', '%C0%AF', '%FF', '%00', 'a%00b', '%E3%81', '%F5%80%80%80', '%', '%G1'];
  for (const text of bad) {
    const id = newId(), body = `${fields({ csrf: hanako.csrf, ...consultation({ id, summary: '' }) })}&consulter_org=${text}`;
    isClear(await hanako.postBytes('/consultations', form, body), 422);
    await isAbsent('consultations', id);
  }
  for (const text of ['\\ud800', '\\udc00\\ud800', '\\u0000', 'a\\u0000b']) {
    const id = newId(), said = await api.send('POST', '/consultations', JSON.stringify(consultation({ id })).replace('訪問診療', text));
    assert.equal(said.status, 422, text);
    await isAbsent('consultations', id);
  }
  for (const bytes of [Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0x61, 0x00, 0x62])]) {
    const id = newId(), edge = '--------renkei4711';
    const parts = Object.entries({ csrf: hanako.csrf, ...consultation({ id, summary: undefined, content: 'home_doctor', scene: '', response: '' }) })
      .filter(([, value]) => value !== undefined).map(([name, value]) => `--${edge}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('');
    const body = Buffer.concat([Buffer.from(`${parts}--${edge}\r\nContent-Disposition: form-data; name="summary"\r\n\r\n`), bytes, Buffer.from(`\r\n--${edge}--\r\n`)]);
    const reply = await hanako.postBytes('/consultations', `multipart/form-data; boundary=${edge}`, body);
    assert.ok([303, 422].includes(reply.status), `${reply.status}`);
    if (reply.status === 303) assert.match((await saved('consultations', id)).summary, /^[a-z\uFFFD]*$/);
  }
});

test('JSON that is none, too deep, an array, doubled or of the wrong types is refused', async () => {
  for (const body of ['', '{', '[]', '"x"', 'null', '['.repeat(100000), '{"a":'.repeat(50000), '{"id":"1","id":"2"}', '{"summary":{"a":1}}', '{"content":[[["x"]]]}', '{"progress":[{"text":[{}]}]}', '{"":1}']) {
    const said = await api.send('POST', '/consultations', body);
    assert.equal(said.status, 422, body.slice(0, 40));
    assert.match(said.json?.detail ?? '', /ください/);
  }
  const said = await api.send('POST', '/consultations', '<consultation/>', { 'content-type': 'application/xml' });
  assert.equal(said.status, 422);
});

test('multipart that ends in the middle or has no boundary saves nothing, whether the client stays or hangs up', async () => {
  const id = newId(), edge = '--------renkei4711';
  const whole = Object.entries({ csrf: hanako.csrf, ...consultation({ id, content: 'home_doctor' }) })
    .map(([name, value]) => `--${edge}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('');
  isClear(await hanako.postBytes('/consultations', `multipart/form-data; boundary=${edge}`, whole), 422);
  isClear(await hanako.postBytes('/consultations', 'multipart/form-data', `${whole}--${edge}--\r\n`), 422);
  const head = `POST /consultations HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: renkei=${hanako.cookies.get('renkei')}\r\nContent-Type: multipart/form-data; boundary=${edge}\r\nContent-Length: 100000\r\n\r\n`;
  await raw(service, head + whole, { ends: false });
  await isAbsent('consultations', id);
  isClear(await hanako.postBytes('/consultations', `multipart/form-data; boundary=${edge}`,
    `--${edge}\r\nContent-Disposition: form-data; name="f"; filename="../../../etc/passwd"\r\n\r\nx\r\n--${edge}--\r\n`), 422);
});

// The same form twice, and two people at once

test('the same form sent eight times at once makes one record, by page and by API', async () => {
  const page = consultation({ summary: '八回押した' });
  const replies = await Promise.all(Array.from({ length: 8 }, () => hanako.post('/consultations', page)));
  for (const reply of replies) {
    assert.equal(reply.status, 303);
    assert.equal(reply.location, `/consultations/${page.id}`);
  }
  assert.equal((await saved('consultations', page.id)).revision, 1);
  const program = consultation({ summary: '八回送った' });
  const statuses = (await Promise.all(Array.from({ length: 8 }, () => api.send('POST', '/consultations', program)))).map((reply) => reply.status).sort();
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
});

test('the back button after saving: the same again is the same record, something else shows both versions and loses neither', async () => {
  const values = consultation({ summary: '最初の内容' });
  assert.equal((await hanako.post('/consultations', values)).status, 303);
  assert.equal((await hanako.post('/consultations', values)).location, `/consultations/${values.id}`);
  const reply = await hanako.post('/consultations', { ...values, summary: '戻って書き直した内容' });
  assert.equal(reply.status, 409);
  assert.ok(reply.text.includes('最初の内容') && reply.text.includes('戻って書き直した内容'));
  assert.equal((await saved('consultations', values.id)).summary, '最初の内容');
});

test('a stale save shows both versions; choosing and merging work and nothing is lost', async () => {
  const id = await created({ summary: 'もとの概要', next_action: 'もとの対応' });
  const mine = consultation({ id, revision: '1', summary: '私の概要', next_action: '私の対応' });
  const manager = await Person.demo(service, 'contractor_manager');
  assert.equal((await manager.post(`/consultations/${id}`, consultation({ id, revision: '1', summary: '責任者の概要', next_action: '責任者の対応' }))).status, 303);
  const conflict = await hanako.post(`/consultations/${id}`, mine);
  assert.equal(conflict.status, 409);
  for (const text of ['私の概要', '責任者の概要', '私の対応', '責任者の対応']) assert.ok(conflict.text.includes(text), text);
  assert.match(conflict.text, /name="choose\.summary" value="theirs"/);
  assert.equal(typed(conflict.text, 'revision'), '2');
  assert.equal((await saved('consultations', id)).summary, '責任者の概要');
  const merged = await hanako.post(`/consultations/${id}`, { ...mine, revision: '2', 'choose.summary': 'theirs', 'choose.next_action': 'mine' });
  assert.equal(merged.status, 303, words(merged.text).slice(0, 500));
  const now = await saved('consultations', id);
  assert.equal(now.summary, '責任者の概要');
  assert.equal(now.next_action, '私の対応');
  const history = await hanako.get(`/consultations/${id}/history`);
  assert.ok(history.text.includes('もとの概要') && history.text.includes('責任者の対応'));
});

test('a stale save by the API says the revision to start from and changes nothing', async () => {
  const id = await created();
  assert.equal((await api.send('PATCH', `/consultations/${id}`, { revision: 1, summary: '二つめ' })).status, 200);
  const stale = await api.send('PATCH', `/consultations/${id}`, { summary: '古い版から' }, { 'if-match': '"1"' });
  assert.equal(stale.status, 409);
  assert.equal(stale.json.revision, 2);
  assert.equal(stale.json.current.summary, '二つめ');
  assert.equal((await api.send('PATCH', `/consultations/${id}`, { summary: '版を言わない' })).status, 422);
  assert.equal((await saved('consultations', id)).summary, '二つめ');
  const writers = await Promise.all(Array.from({ length: 8 }, (_, i) => api.send('PATCH', `/consultations/${id}`, { revision: 2, summary: `同時${i}` })));
  assert.equal(writers.filter((reply) => reply.status === 200).length, 1);
  assert.equal(writers.filter((reply) => reply.status === 409).length, 7);
});

// Forged requests

test('a form without the token or with a wrong one is not saved; it comes back to be sent again and then is', async () => {
  for (const csrf of ['', 'wrong', 'kept.0123', `${'0'.repeat(64)}`]) {
    const values = consultation({ summary: '合い言葉のない内容' }), reply = await hanako.post('/consultations', { ...values, csrf });
    assert.equal(reply.status, 409);
    assert.equal(typed(reply.text, 'summary'), values.summary);
    await isAbsent('consultations', values.id);
    assert.equal((await hanako.post('/consultations', { ...values, csrf: typed(reply.text, 'csrf') })).status, 303);
  }
});

test('a write that another site sent is refused whatever token it brings', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: `http://127.0.0.1.evil.example:${service.port}` }]) {
    const values = consultation(), reply = await hanako.post('/consultations', values, headers);
    isClear(reply, 403);
    await isAbsent('consultations', values.id);
  }
  for (const path of ['/sign-in', '/sign-in/demo']) {
    const stranger = new Person(service);
    assert.equal((await stranger.post(path, { role: 'coordinator', login_name: 'a', password: 'b' }, { origin: 'https://evil.example' })).status, 403, path);
    assert.equal(stranger.cookies.size, 0);
  }
});

test('another method in a field or header changes nothing', async () => {
  const id = await created(), path = `/consultations/${id}`;
  for (const header of ['x-http-method-override', 'x-method-override', 'x-http-method'])
    await hanako.post('/consultations', { id: newId() }, { [header]: 'DELETE' });
  await hanako.get(`${path}?_method=DELETE`, { 'x-http-method-override': 'DELETE' });
  await hanako.post(path, { _method: 'DELETE', id });
  await hanako.get(`${path}/delete`);
  assert.equal((await saved('consultations', id)).id, id);
});

test('an address of another host is refused, so that no page is made for a name that is not ours', async () => {
  assert.match(await raw(service, 'GET /sign-in HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 421/);
});

// Addresses

test('paths that climb, hide a slash or a NUL lead nowhere', async () => {
  const cookie = `Cookie: renkei=${hanako.cookies.get('renkei')}\r\n`;
  for (const path of ['/assets/../../etc/passwd', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2fetc%2fpasswd', '/assets/..%5c..%5cetc', '/jobs/..%2f..%2fetc%2fpasswd/file',
    '/jobs/../../key/file', '/jobs/%2e%2e/file', '/jobs/%00/file', '/consultations/%00', '/consultations/..%2f', '//etc/passwd', '/consultations/%ff', '/%', '/..', '/consultations/%E3%81%82'])
    assert.match(await raw(service, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${cookie}Connection: close\r\n\r\n`), /^HTTP\/1\.1 40[04]/, path);
});

test('after signing in nobody is led to another site, and no header can be slipped in', async () => {
  for (const next of ['//evil.example', '/\\evil.example', '/\t/evil.example', '\t//evil.example', '/\n/evil.example', 'https://evil.example', 'javascript:alert(1)', '/\r\nSet-Cookie: a=b', '/consultations\r\nX-A: b', '\\\\evil.example', ' //evil.example']) {
    const person = new Person(service);
    await person.get(`/sign-in?next=${encodeURIComponent(next)}`);
    const reply = await person.post('/sign-in/demo', { role: 'coordinator', next });
    assert.equal(reply.status, 303);
    assert.equal(new URL(reply.location, service.url).origin, service.url, JSON.stringify(next));
    assert.match(reply.location, /^\/[^/\\\s]*/);
    assert.equal(reply.headers.get('x-a'), null);
    assert.equal(person.cookies.has('a'), false);
    const again = await person.get(`/sign-in?next=${encodeURIComponent(next)}`);
    assert.equal(again.location, '/', JSON.stringify(next));
  }
  const person = new Person(service);
  await person.get('/sign-in');
  assert.equal((await person.post('/sign-in/demo', { role: 'coordinator', next: '/consultations?channel=phone' })).location, '/consultations?channel=phone');
});

test('sign-in with hostile names and passwords says one sentence and tells nothing', async () => {
  const said = new Set();
  for (const login_name of ['', 'nobody', "' OR 1=1 --", 'demo-coordinator-271276', '<script>', '𠮷'.repeat(1000), '%00']) {
    const stranger = new Person(service);
    await stranger.get('/sign-in');
    const reply = await stranger.post('/sign-in', { login_name, password: 'x'.repeat(300) });
    assert.ok([422, 429].includes(reply.status), `${reply.status}`);
    assert.ok(!reply.text.includes('<script>'));
    assert.ok(!reply.text.includes('xxxxxxxx'), 'the password does not come back');
    said.add(/id="sign-in-error"><p>([^<]*)/.exec(reply.text)?.[1]);
  }
  assert.equal([...said].filter((sentence) => !/待って/.test(sentence)).length, 1, [...said].join(' | '));
});

// Text that other programs would run

const payload = `"'><img src=x onerror=alert(1)>{{7*7}}`;

test('markup in any text is shown as text on every page, and the policy of every page forbids scripts in it', async () => {
  const texts = { consulter_org: 1, consulter_name: 1, consulter_contact: 1, patient_name: 1, patient_pseudonym: 1, summary: 1, reason_unresolved_text: 1, issue_link: 1, next_action: 1, paper_no: 1 };
  for (const name of Object.keys(texts)) texts[name] = payload.slice(0, 38);
  const id = await created({ ...texts, next_action_on: '2024-11-30', patient_kana: 'ミホン ハナコ', 'progress.0.contact_on': '2024-11-29', 'progress.0.person': payload, 'progress.0.text': payload, 'referred_resources.0.name': payload, 'referred_resources.0.note': payload });
  assert.equal((await hanako.post(`/consultations/${id}`, consultation({ ...texts, id, revision: '1', summary: `${payload}二` }))).status, 303);
  const held = meeting({ name: payload, series: payload, place: payload, host: payload, co_host: payload, agenda: payload, summary: payload, materials: payload, 'decisions.0.text': payload, 'assignments.0.who': payload, 'assignments.0.what': payload });
  assert.equal((await hanako.post('/meetings', held)).status, 303);
  const activity = { id: newId(), date_from: '2024-11-29', activity_kind: 'phone', item: 'item_o_consultation', theme: payload, personal_data_included: 'no', purpose: payload, place: payload, content: payload, result: payload, next_action: payload, next_action_on: '2024-11-30', attachments: payload };
  assert.equal((await hanako.post('/activities', activity)).status, 303);
  const training = { id: newId(), title: payload, part: 'organised', audience_class: 'multi_profession', theme_group: 'other', held_on: '2024-11-28', theme_tags: payload, purpose: payload, organiser: payload, place: payload, programme: payload, target: payload, survey_text: payload, result: payload, materials: payload, 'lecturers.0.name': payload };
  assert.equal((await hanako.post('/trainings', training)).status, 303);
  const found = await hanako.post('/consultations/search', { words: payload, query: `"><script>alert(1)</script>=1` });
  assert.equal(found.status, 303);
  const pages = [
    ['GET', '/'], ['GET', '/consultations'], ['GET', found.location], ['GET', `/consultations/${id}`], ['GET', `/consultations/${id}/edit`], ['GET', `/consultations/${id}/history`],
    ['GET', `/consultations/new?from=${id}`], ['GET', '/meetings'], ['GET', `/meetings/${held.id}`], ['GET', `/meetings/${held.id}/edit`], ['GET', `/meetings/${held.id}/history`],
    ['GET', '/activities'], ['GET', `/activities/${activity.id}`], ['GET', `/activities/${activity.id}/edit`], ['GET', '/trainings'], ['GET', `/trainings/${training.id}`],
    ['GET', `/trainings/${training.id}/edit`], ['GET', '/gatherings'], ['GET', '/daily-logs/2024-11-29'], ['GET', '/patients'],
    ['GET', `/consultations?period=${encodeURIComponent(payload)}&channel=${encodeURIComponent(payload)}&sort=${encodeURIComponent(payload)}&s=${encodeURIComponent(payload)}`],
    ['GET', `/facilities?q=${encodeURIComponent(payload)}`], ['GET', `/reports/r-mon?period=${encodeURIComponent(payload)}&area=${encodeURIComponent(payload)}`], ['GET', `/daily-logs/${encodeURIComponent(payload)}`],
    ['GET', `/${encodeURIComponent(payload)}`], ['POST', '/search', { q: payload }], ['POST', '/consultations', { id: newId(), ...texts }], ['POST', '/consultations', { csrf: payload, summary: payload }],
    ['POST', `/consultations/${id}`, consultation({ ...texts, id, revision: '1' })],
  ];
  for (const [method, path, values] of pages) {
    const reply = method === 'GET' ? await hanako.get(path) : await hanako.post(path, values);
    const policy = reply.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'|default-src 'self'/, path);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/, path);
    assert.ok(reply.status < 500, `${path} answered ${reply.status}`);
    assert.doesNotMatch(reply.text, /<img src=x|<script>alert/, path);
    assert.doesNotMatch(reply.text, /(?<!\{\{7\*7\}\}[^<]*)>49</, path);
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
  }
  for (const path of [`/consultations/${id}`, '/consultations', `/meetings/${held.id}`, `/activities/${activity.id}`, `/trainings/${training.id}`])
    assert.ok((await hanako.get(path)).text.includes('&lt;img src=x'), `${path} shows the text`);
  for (const path of [`/consultations/${id}/print`, `/meetings/${held.id}/print`, `/activities/${activity.id}/print`, `/trainings/${training.id}/print`])
    assert.equal((await hanako.get(path)).bytes.subarray(0, 5).toString(), '%PDF-', path);
  const manager = await Person.demo(service, 'contractor_manager');
  const trail = await manager.get(`/settings/audit?user=${encodeURIComponent(payload)}&action=${encodeURIComponent(payload)}&object=${encodeURIComponent(payload)}&from=${encodeURIComponent(payload)}`);
  isClear(trail, 422);
  assert.doesNotMatch(trail.text, /<img src=x/);
  assert.equal((await manager.post('/settings/audit/reviews', { month: '2024-10', note: payload })).status, 303);
  assert.doesNotMatch((await manager.get('/settings/audit')).text, /<img src=x/);
});

test('cells that a spreadsheet would calculate are text in CSV and XLSX; what CP932 lacks becomes 〓', async () => {
  const formulas = ["=cmd|' /C calc'!A0", '+1+1', '-1+1', '@SUM(1)', '\t=1', '＝1+1'];
  for (const text of formulas) await created({ consulter_org: text, received_at: '2024-11-27T10:00', ended_at: '', summary: '😀👨‍👩‍👧①㈱﨑髙𠮷葛󠄀〜−' });
  const day = '/consultations?from=2024-11-27&to=2024-11-27&format=';
  const csv = (await hanako.get(`${day}csv`)).text;
  assert.ok(csv.includes('cmd|'));
  assert.doesNotMatch(csv, /(^|,|")[=+@\t]/m);
  assert.doesNotMatch(csv, /(^|,|")-1\+1/m);
  const old = await hanako.get(`${day}csv-cp932`);
  assert.equal(old.status, 200);
  const text = new TextDecoder('shift_jis', { fatal: true }).decode(old.bytes);
  assert.match(text, /〓+①㈱﨑髙吉葛/);
  assert.doesNotMatch(text, /(^|,|")[=+@\t]/m);
  const book = await hanako.get(`${day}xlsx`);
  assert.equal(book.status, 200);
  const path = join(service.folder, 'book.xlsx');
  writeFileSync(path, book.bytes);
  const sheet = (await run('unzip', ['-p', path, 'xl/worksheets/sheet1.xml'])).stdout;
  assert.match(sheet, /<is><t[^>]*>'?=cmd\|/);
  assert.doesNotMatch(sheet, /<f[ >]/);
  for (const format of ['pdf', 'json']) assert.equal((await hanako.get(day + format)).status, 200, format);
  isClear(await hanako.get(`${day}exe`), 422);
});

// Searching

async function search(text) {
  const reply = await hanako.post('/consultations/search', { words: text });
  assert.equal(reply.status, 303);
  const page = await hanako.get(reply.location);
  assert.equal(page.status, 200, text.slice(0, 40));
  return { ids: [...page.text.matchAll(/data-href="\/consultations\/([0-9a-f-]{36})"/g)].map((at) => at[1]), address: reply.location };
}

test('searching takes one, two, three and a thousand characters, and wildcards mean nothing but themselves', async () => {
  const id = await created({ summary: '蛇口の件 100%_完了 "引用" O\'Brien' });
  for (const text of ['蛇', '蛇口', '蛇口の', '蛇口の件']) assert.ok((await search(text)).ids.includes(id), text);
  for (const text of ['%', '_', '\\', '*', '"', "'", '%%%', '__', "' OR 1=1 --", '"引', 'NEAR(', 'a AND', ':*', '&|!', '()', '-', '蛇%口', '蛇_の']) await search(text);
  assert.deepEqual((await search('%口の件')).ids.filter((each) => each !== id), []);
  assert.deepEqual((await search('無二無三の言葉')).ids, []);
  await search('あ'.repeat(1000));
  await search('😀'.repeat(1000));
  for (const q of ['%', '_', "'", '"', '蛇', 'あ'.repeat(1000), 'NEAR(', '😀']) {
    assert.equal((await hanako.post('/search', { q })).status, 200, q.slice(0, 20));
    assert.ok((await hanako.get(`/pick/facility?q=${encodeURIComponent(q)}`)).status < 400, q.slice(0, 20));
    assert.equal((await hanako.post('/pick/patient', { q })).status, 200);
    assert.ok((await hanako.get(`/facilities?q=${encodeURIComponent(q)}`)).status < 400);
  }
});

test('filters, pages and sort orders that make no sense give a page, not a failure', async () => {
  for (const query of ['page=-1', 'page=99999999999', 'page=x', 'sort=;DROP', 'sort=-', 'period=9999', 'period=FY0000', 'period=2024-13', 'from=0000-00-00', 'to=9999-99-99', 'channel=%27', 's=x', `s=${newId()}`, 'area=%25', 'x='.repeat(150), 'channel=phone&'.repeat(150)])
    assert.ok((await hanako.get(`/consultations?${query}`)).status < 500, query);
  for (const path of ['/reports/r-mon?period=x', '/reports/r-mon?area=999999&period=2024-11', '/reports/none', '/submissions/99/2024-10', '/submissions/3/2024-99', '/submissions/3/0', '/daily-logs/2024-02-30', '/daily-logs/9999-12-31', '/settings/offices/x', '/jobs/x', '/pick/none?q=x', '/meetings/x/calendar'])
    assert.ok((await hanako.get(path)).status < 500, path);
});

// Privacy

test('a person’s name, kana, phone number and story stand in no address, no log, no audit line and no title', async () => {
  const secrets = ['秘密山', 'ヒミツヤマ', '0699998888', '誰にも言えない話'];
  const id = await created({ patient_name: '秘密山 花子', patient_kana: 'ヒミツヤマ ハナコ', consulter_contact: '0699998888', summary: '誰にも言えない話', consulter_name: '秘密山 太郎' });
  assert.equal((await hanako.post(`/consultations/${id}`, consultation({ id, revision: '1', patient_name: '秘密山 花子', summary: '誰にも言えない話の続き' }))).status, 303);
  assert.equal((await hanako.post('/consultations', { id: newId(), patient_name: '秘密山', summary: '誰にも言えない話' })).status, 422);
  assert.equal((await hanako.send('PUT', `/drafts/consultation/${newId()}`, { body: fields({ patient_name: '秘密山', summary: '誰にも言えない話', csrf: hanako.csrf }) })).status, 200);
  const found = await search('秘密山');
  assert.ok(found.ids.includes(id));
  await hanako.post('/search', { q: '秘密山' });
  await hanako.post('/pick/patient', { q: '秘密山' });
  assert.equal((await hanako.get('/pick/patient?q=' + encodeURIComponent('秘密山'))).status, 422, 'names are not asked for in an address');
  const pages = ['/', '/consultations', found.address, `/consultations/${id}`, `/consultations/${id}/edit`, `/consultations/${id}/history`, '/daily-logs/2024-11-29', '/patients'];
  for (const path of pages) {
    const { text } = await hanako.get(path);
    const title = /<title>([^<]*)/.exec(text)[1];
    const addresses = [...text.matchAll(/(?:href|action|src)="([^"]*)"/g)].map((at) => decodeURIComponent(words(at[1]))).join('\n');
    for (const secret of secrets) {
      assert.ok(!title.includes(secret), `${path}: title`);
      assert.ok(!addresses.includes(secret), `${path}: address`);
    }
  }
  // On PostgreSQL the trail's entries are linked, and then shown, within a second or so after their write.
  const administrator = await Person.demo(service, 'system_administrator');
  let csv = '';
  for (const until = Date.now() + 60000; !csv.includes(id) && Date.now() < until; await sleep(100)) csv = (await administrator.get('/settings/audit?format=csv')).text;
  assert.ok(csv.includes(id), 'the trail tells which record');
  for (const secret of [...secrets, '秘密']) {
    assert.ok(!csv.includes(secret), `audit: ${secret}`);
    assert.ok(!service.said.includes(secret) && !service.said.includes(encodeURIComponent(secret)), `log: ${secret}`);
  }
});

test('after all this the server is well, no write forgot its line in the trail, and the chain holds', async () => {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  assert.match(metrics, /^renkei_audit_missing_total 0$/m);
  assert.doesNotMatch(service.said, /request\.failed|audit\.missing/);
  const verified = await service.command('verify');
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
