// /fhir over a real socket, with real entries: what a program of another maker does, and whether an independent judge finds the resources
// valid against R4 and JP Core.  The judge and the files stand in ../shared; without them that part is
// left out and says so in its name.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Person, Program } from '../support/person.mjs';
import { newId, tokenOf } from '../support/records.mjs';
import { root, run, Service } from '../support/service.mjs';

const shared = join(root, '../shared');
const tool = join(shared, 'tools/fhir-validate/validate.mjs');
const core = join(shared, 'data/fhir/jp-core');
const files = ['mhlw-navii/02-1_clinic_facility_info_RECONSTRUCTED_osaka_city.csv', 'mhlw-navii/02-2_clinic_speciality_hours_RECONSTRUCTED_osaka_city.csv',
  'mhlw-navii/04_maternity_home_20250601_mangled.csv', 'municipal/takamatsu_hospital.csv', 'municipal/kudamatsu_352071_care_service_excerpt.csv',
  'kouseikyoku/sisetukijun_yamanashi_homecare_rows.csv'].map((name) => join(shared, 'data', name));

// The judge finds its packages beside itself, so it is copied to where they may be written.
async function judge() {
  if (!existsSync(tool) || !existsSync(core)) return { reason: '../shared is not here' };
  const folder = join(root, 'build/fhir-validate');
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(root, 'tests/fhir', name), join(folder, name));
  copyFileSync(tool, join(folder, 'validate.mjs'));
  if (!existsSync(join(folder, 'node_modules/hl7.fhir.r4.examples'))) {
    const made = await run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error']);
    if (made.code !== 0) return { reason: 'its npm packages could not be fetched' };
  }
  return { program: join(folder, 'validate.mjs') };
}
const { program: validator, reason } = await judge();

let service;
before(async () => {
  service = await Service.start();
  for (const file of files.filter((name) => existsSync(name))) {
    const made = await service.command('import', 'facilities', ...(file.includes('takamatsu') ? ['--mapping', join(root, 'tests/data/mappings/takamatsu_hospital.json')] : []), file);
    assert.ok(made.code < 2, `${file}: ${made.stderr}`); // 1: some rows were refused, with reasons
  }
}, { timeout: 300000 });
after(() => service?.stop());

const ask = (path, options) => fetch(`${service.url}/fhir${path}`, options);
const get = async (path) => {
  const reply = await ask(path);
  assert.equal(reply.status, 200, path);
  return reply.json();
};

// Pages one after the other, as their next links say; at most `most`.
async function pages(path, most) {
  const all = [];
  for (let next = `${service.url}/fhir${path}`; next && all.length < most;) {
    const bundle = await (await fetch(next)).json();
    all.push(bundle);
    next = bundle.link.find((link) => link.relation === 'next')?.url;
  }
  return all;
}

test('everybody reads the statement, and every search it names is answered', async () => {
  const statement = await get('/metadata');
  assert.equal(statement.fhirVersion, '4.0.1');
  const examples = { token: 'prov', string: '%E5%A4%A7%E9%98%AA', reference: 'corp-1020001136162', date: 'ge2020-01-01', special: '34.7%7C135.5%7C5%7Ckm' };
  const types = statement.rest[0].resource;
  assert.deepEqual(types.map((type) => type.type), ['Organization', 'Location', 'HealthcareService', 'Practitioner', 'PractitionerRole']);
  for (const type of types) {
    for (const param of type.searchParam) {
      const bundle = await get(`/${type.type}?${param.name}=${examples[param.type]}&_count=1`);
      assert.equal(bundle.type, 'searchset');
    }
    for (const include of type.searchInclude ?? []) await get(`/${type.type}?_include=${include}&_count=1`);
    for (const include of type.searchRevInclude ?? []) await get(`/${type.type}?_revinclude=${include}&_count=1`);
  }
});

test('every entry is met once on the way along the next links, and the total says how many they are', async () => {
  const all = await pages('/Location?_count=100', 1000);
  const ids = all.flatMap((bundle) => bundle.entry.map((entry) => entry.resource.id));
  assert.equal(ids.length, all[0].total);
  assert.equal(new Set(ids).size, ids.length);
});

test('HEAD says the same as GET without the body, and an unchanged resource is not sent again', async () => {
  const { entry: [{ fullUrl }] } = await get('/Organization?_count=1');
  const whole = await fetch(fullUrl), head = await fetch(fullUrl, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
  assert.equal(head.headers.get('etag'), whole.headers.get('etag'));
  assert.equal(head.headers.get('last-modified'), whole.headers.get('last-modified'));
  const again = await fetch(fullUrl, { headers: { 'If-None-Match': whole.headers.get('etag') } });
  assert.equal(again.status, 304);
});

test('a reference of a resource can be read', async () => {
  const { entry: [{ resource }] } = await get('/HealthcareService?_count=1');
  const office = await get(`/${resource.providedBy.reference}`), place = await get(`/${resource.location[0].reference}`);
  assert.equal(office.resourceType, 'Organization');
  assert.equal(place.managingOrganization.reference, resource.providedBy.reference);
});

test(reason ? `the resources are not judged: ${reason}` : 'an independent judge finds hundreds of real resources of every type valid against R4 and JP Core',
  { skip: reason, timeout: 300000 }, async () => {
    const room = new Program(service, await tokenOf(service, 'coordinator'));
    const { entry: [{ resource: { id } }] } = await get('/HealthcareService?_count=1');
    const made = await room.send('POST', '/people', { id: newId(), facility_id: id, name: '見本 花子', profession: 'nurse', post: '訪問の受付', phone: '06-9999-0000',
      mail: 'mihon@example.jp', reach_times: '平日 13時から15時', audience: 'public', confirmed_on: '2024-11-29' });
    assert.equal(made.status, 201, made.text);
    const manager = await Person.demo(service, 'system_administrator');
    const shown = await manager.post('/settings/audiences', { vacancy: 'public', new_patient_acceptance: 'public', acceptance_condition: 'public' });
    assert.equal(shown.status, 303, shown.text.slice(0, 500));
    const documents = [await get('/metadata'), await (await ask('/Nothing')).json(), await get('/PractitionerRole?_include=PractitionerRole:practitioner'),
      await get('/Practitioner?_revinclude=PractitionerRole:practitioner'), await get('/HealthcareService?vacancy=yes,conditional,no&_count=100')];
    assert.deepEqual(documents.slice(2, 4).map((bundle) => bundle.entry.length), [2, 2]);
    assert.ok(documents[4].entry.every(({ resource }) => resource.extension[0].url.endsWith('/StructureDefinition/vacancy')));
    assert.ok(documents[4].total > 0, 'the demo has answers that count');
    for (const path of ['/Organization?', '/Organization?type=corporation&', '/Organization?type=hospital,clinic&', '/Location?', '/HealthcareService?',
      '/HealthcareService?service-category=midwife&', '/HealthcareService?service-category=clinic&_include=HealthcareService:location&',
      '/Organization?jp-prefectureno=19&', '/Organization?type=hospital&_revinclude=HealthcareService:organization&_revinclude=Location:organization&',
      '/Location?near=34.7025%7C135.4959%7C3%7Ckm&'])
      documents.push(...await pages(`${path}_count=100`, 4));
    const types = {};
    for (const bundle of documents) for (const { resource } of bundle.entry ?? []) types[resource.resourceType] = (types[resource.resourceType] ?? 0) + 1;
    for (const type of ['Organization', 'Location', 'HealthcareService']) assert.ok(types[type] >= 300, `${type}: ${types[type]}`);
    const file = join(service.folder, 'fhir.ndjson');
    writeFileSync(file, documents.map((document) => JSON.stringify(document)).join('\n'));
    const judged = await run(process.execPath, [validator, '--strict', '--jp-core', core, file]);
    assert.equal(judged.code, 0, `${judged.stdout.slice(0, 4000)}\n${judged.stderr}`);
    const wrong = { ...documents.at(-1).entry[0].resource, active: 'yes' };
    writeFileSync(file, JSON.stringify(wrong));
    assert.equal((await run(process.execPath, [validator, '--jp-core', core, file])).code, 1, 'the judge sees what is wrong');
  });
