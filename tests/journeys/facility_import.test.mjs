// Open data through the pages without a browser, on both stores: looked at, imported, stopped on the way, mended, undone; who may not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Person, words } from '../support/person.mjs';
import { root, Service } from '../support/service.mjs';

let service;
before(async () => { service = await Service.start(); }, { timeout: 180000 });
after(async () => { await service?.stop(); });

const bureau = readFileSync(join(root, 'tests/data/facility/a_todokede_r0710.csv'));
const head = '都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,緯度,経度,電話番号,事業所番号,定員\r\n';
const row = (i) => `271276,277${String(i).padStart(7, '0')},大阪府,大阪市北区,（架空）事業所${i},ミホン,訪問入浴介護,大阪市北区梅田${(i % 90) + 1},34.7,135.49,06-9999-${String(i % 10000).padStart(4, '0')},277${String(i).padStart(7, '0')},0\r\n`;
const many = (count) => Buffer.from(head + Array.from({ length: count }, (_, i) => row(i + 1)).join(''));

async function sends(person, name, bytes, more = {}) {
  await person.get('/facilities/imports/new');
  const form = new FormData();
  form.append('csrf', person.csrf);
  for (const [key, value] of Object.entries(more)) form.append(key, value);
  form.append('file', new Blob([bytes]), name);
  const reply = await person.send('POST', '/facilities/imports', { body: form });
  assert.equal(reply.status, 303, words(reply.text).slice(0, 400));
  return reply.location;
}

// The page once its job has ended.
async function ended(person, path) {
  for (let i = 0; i < 600; i++) {
    const page = await person.get(path);
    assert.equal(page.status, 200);
    if (!/data-job-state="(queued|running)"/.test(page.text)) return page.text;
    await sleep(200);
  }
  throw new Error(`${path} never ended`);
}

test('a file is looked at, imported, its refused row mended, and all taken back', async () => {
  const person = await Person.demo(service, 'health_bureau');
  const at = await sends(person, 'a_todokede_r0710.csv', bureau);
  const look = words(await ended(person, at));
  assert.match(look, /まだ何も変わっていません/);
  assert.match(look, /2行のうち、取り込める行 1行/);
  assert.match(look, /4行目\s+医療機関番号\s+■取り込めません/);
  assert.equal((await person.post(`${at}/start`)).status, 303);
  const done = await ended(person, at);
  assert.match(words(done), /追加1件、変更0件/);
  const run = /\/facilities\/imports\/runs\/\d+/.exec(done)[0];
  const refused = await person.get(`${run}/refused`);
  assert.equal(refused.status, 200);
  assert.match(refused.text, /番号なし医院.*7桁/);
  const again = await sends(person, 'mended.csv', Buffer.from(refused.text.replace('医科,01,', '医科,0199998,')));
  assert.match(words(await ended(person, again)), /追加\s+1\s*件[\s\S]*一部だけのファイル/);
  const undone = await person.post(`${run}/undo`);
  assert.match(words(await ended(person, undone.location)), /1件を取り込む前の状態に戻しました/);
  assert.match(words((await person.get(run)).text), /■取り消しました/);
});

test('an import that is stopped on the way leaves nothing and can be started again', async (t) => {
  const person = await Person.demo(service, 'system_administrator');
  const at = await sends(person, 'jigyosho_120_20260630.csv', many(30000));
  assert.match(words(await ended(person, at)), /追加\s+30,000\s*件/);
  await person.post(`${at}/start`);
  const job = /\/jobs\/[0-9a-f-]+/.exec((await person.get(at)).text)?.[0];
  if (job) assert.equal((await person.post(`${job}/cancel`)).status, 303);
  const page = words(await ended(person, at));
  if (/取り込みが終わりました/.test(page)) return t.diagnostic('the import had ended before the wish to stop it came: nothing to see here');
  assert.match(page, /途中でやめました|はじめる前にやめました/);
  assert.match(page, /取り込みをはじめる/);
  assert.doesNotMatch((await person.get(`/api/v1/facilities?q=${encodeURIComponent('（架空）事業所1')}`)).text, /事業所1/);
});

test('a file that is no table is told and nothing can be started', async () => {
  const person = await Person.demo(service, 'contractor_manager');
  const at = await sends(person, 'photo.csv', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'));
  const page = words(await ended(person, at));
  assert.match(page, /CSVとして読めないデータ/);
  assert.doesNotMatch(page, /取り込みをはじめる/);
});

test('others may neither import nor decide, and a stranger’s upload is not there', async () => {
  const coordinator = await Person.demo(service, 'coordinator');
  for (const path of ['/facilities/imports', '/facilities/imports/new', '/facilities/matches', '/facilities/mappings'])
    assert.equal((await coordinator.get(path)).status, 403, path);
  const manager = await Person.demo(service, 'contractor_manager'), bureauPerson = await Person.demo(service, 'health_bureau');
  const at = await sends(manager, 'a_todokede_r0710.csv', bureau);
  await ended(manager, at);
  assert.equal((await bureauPerson.get(at)).status, 404);
});
