// postgresql.mjs -- the same work on PostgreSQL, beside pgbench with prepared statements; a private server that is gone afterwards.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drive, program, root, run, tools, work } from './tools.mjs';

const server = (command, folder, ...options) => run(join(root, 'script/postgresql'), [command, folder, ...options]);

// Loading goes over a socket, statement by statement.
const MOST = 40000;
const FACTS = 1200; // bytes of the row that waits with a sheet's counts

const insert = `\\set f random(1, 5000)
INSERT INTO c (no, occurred_at, ym, type, facility, staff, status, name, kana, phone, age, sex, method, content, answer, created_at)
VALUES ('R', '2025-01-01T10:00', 202501, 3, :f, 4, 1, '見本', 'ミホン', '03', 70, 1, 2, repeat('相', 100), repeat('答', 66), 1);
`;
const newest = 'SELECT * FROM c ORDER BY occurred_at DESC, id DESC LIMIT 50;\n';
const plain = `CREATE TABLE c (id BIGSERIAL PRIMARY KEY, no TEXT, occurred_at TEXT, ym INT, type INT, facility INT, staff INT, status INT, name TEXT,
 kana TEXT, phone TEXT, age INT, sex INT, method INT, content TEXT, answer TEXT, created_at BIGINT);
INSERT INTO c (no, occurred_at, ym, type, facility, staff, status, name, kana, phone, age, sex, method, content, answer, created_at)
SELECT 'R' || n, '20' || 16 + n % 10 || '-' || lpad((1 + n % 12)::text, 2, '0') || '-15T12:' || lpad((n % 60)::text, 2, '0'), 202000 + n % 12, n % 20, n % 5000, n % 50,
 n % 5, '見本 太郎', 'ミホン タロウ', '03-0000-0000', n % 100, n % 3, n % 6, repeat('相', 100), repeat('答', 66), 1 FROM generate_series(1, :records) n;
CREATE INDEX c_occ ON c (occurred_at, id);
CREATE INDEX c_fac ON c (facility, occurred_at);
ANALYZE c;`;

async function pgbench(url, text, name) {
  const script = join(work, `${name}.pgbench`);
  writeFileSync(script, text);
  const out = await run('pgbench', ['-n', '-M', 'prepared', '-c', '16', '-j', '2', '-T', '2', '-D', `n=${Date.now() * 1000}`, '-f', script, url]);
  return Number(/tps = ([\d.]+)/.exec(out)[1]);
}

// --- the rows of one sheet, written by pgbench into copies of the tables with all their indexes and rows ---

const copied = ['consultation', 'patient', 'search_doc', 'record_version', 'audit_wait', 'tally_wait', 'numbering'];
const query = async (url, sql) => (await run('psql', ['-qXAt', url, '-c', sql])).trim();

// pgbench takes a colon before a letter for a variable of its own.
const literal = (value) => (value === null ? 'NULL' : typeof value === 'number' ? String(value)
  : `E'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3a').replaceAll('\n', '\\n')}'`);

// Ids grow, as ours do.
function insertion(table, row, own = {}) {
  const columns = Object.keys(row), cell = (column) => own[column] ?? literal(row[column]);
  return `INSERT INTO same.${table} (${columns.join(', ')}) VALUES (${columns.map(cell).join(', ')});`;
}

// A transaction that writes what the newest sheet consists of: one round trip, the words ready, nothing looked up or checked.
async function sameRows(url) {
  await query(url, `DROP SCHEMA IF EXISTS same CASCADE; CREATE SCHEMA same;${copied.map((table) => `CREATE TABLE same.${table} (LIKE ${table} INCLUDING ALL);
    INSERT INTO same.${table} OVERRIDING SYSTEM VALUE SELECT * FROM ${table};`).join('')}
    SELECT setval(pg_get_serial_sequence('same.search_doc', 'doc_id'), (SELECT max(doc_id) FROM same.search_doc))`);
  await query(url, 'VACUUM ANALYZE');
  const row = async (from) => JSON.parse(await query(url, `SELECT row_to_json(r) FROM (${from}) r`));
  const sheet = await row('SELECT * FROM consultation ORDER BY created_at DESC LIMIT 1'), id = { id: "'01999999-9999-7999-9999-' || :id" };
  const words = (kind) => row(`SELECT kind, id, office_id, body, CAST(grams AS text) AS grams FROM search_doc WHERE kind = '${kind}' AND id = '${sheet.id}'`);
  const version = await row(`SELECT * FROM record_version WHERE kind = 'consultation' AND id = '${sheet.id}' ORDER BY revision LIMIT 1`);
  const entry = await row(`SELECT at, user_id, office_id, action, object_kind, object_id, detail FROM audit_now WHERE object_id = '${sheet.id}' LIMIT 1`);
  return `\\set n :n + 1
\\set id 1000000000000 + :n * 16 + :client_id
\\startpipeline
BEGIN;
${insertion('patient', await row(`SELECT * FROM patient WHERE id = '${sheet.patient_id}'`), id)}
${insertion('search_doc', await words('patient'), id)}
INSERT INTO same.numbering (form, area_code, fiscal_year, last) VALUES ('6', 'bench' || :client_id, 2024, 1)
 ON CONFLICT (form, area_code, fiscal_year) DO UPDATE SET last = numbering.last + 1;
${insertion('consultation', sheet, { ...id, patient_id: id.id, person_key: id.id, consultation_no: "'R6-' || :id" })}
${insertion('search_doc', await words('consultation'), id)}
${insertion('record_version', version, id)}
${insertion('audit_wait', entry, { object_id: id.id })}
INSERT INTO same.tally_wait (facts) VALUES ('${'x'.repeat(FACTS)}');
COMMIT;
\\endpipeline
`;
}

// A private server on loopback while `work` runs; what is in it stays in its folder.
export async function withServer(use, ...options) {
  if (!existsSync('/usr/lib/postgresql')) throw new Error('PostgreSQL is not installed');
  const folder = join(work, 'postgresql');
  const admin = (await server('start', folder, '-c', 'shared_buffers=1GB', ...options)).trim();
  try {
    return await use(admin, folder);
  } finally {
    await server('stop', folder);
  }
}

// The address of a database of that name and schema, filled when it is not there yet.
export async function keptDatabase(admin, what, fill) {
  const schema = (await run(join(tools, 'bench-inside'), ['schema'])).trim();
  const name = `bench_${schema}_${what}`, url = new URL(admin), done = new URL(admin);
  url.pathname = `/${name}`;
  done.pathname = `/${name}_done`;
  if ((await run('psql', ['-qXAt', admin, '-c', `SELECT 1 FROM pg_database WHERE datname = '${name}_done'`])).trim()) return done.href;
  await run('psql', ['-qX', admin, '-c', `DROP DATABASE IF EXISTS ${name}`]);
  await run('psql', ['-qX', admin, '-c', `CREATE DATABASE ${name}`]);
  await fill(url.href);
  await run('psql', ['-qX', url.href, '-c', 'VACUUM ANALYZE']);
  await run('psql', ['-qX', admin, '-c', `ALTER DATABASE ${name} RENAME TO ${name}_done`]);
  return done.href;
}

async function fillWith(url, records) {
  await run(program, ['init', '--demo'], { env: { RENKEI_DATA: url, RENKEI_SECRET_KEY_FILE: join(work, 'secret.key') } });
  console.error(`bench: loading ${records} consultations into PostgreSQL`);
  await run(join(tools, 'bench-load'), [url, String(records)]);
  const script = join(work, 'plain.sql');
  writeFileSync(script, plain.replace(':records', String(records)));
  await run('psql', ['-qX', url, '-f', script]);
}

// Loaded without waiting for the disk, measured with it.
export async function postgresql(c, { serve, compare, creating, strangers, all, rounds }) {
  const records = Math.min(c.records, MOST);
  const path = await withServer(async (admin) => {
    const url = await keptDatabase(admin, records, (fresh) => fillWith(fresh, records));
    await run('psql', ['-qX', admin, '-c', 'CHECKPOINT']);
    return new URL(url).pathname;
  });
  await withServer(async (admin) => {
    const url = new URL(admin);
    url.pathname = path;
    const app = await serve(url.href);
    const ours = { create: [], json: [], html: [] }, theirs = { insert: [], same: [], newest: [] };
    let same = null;
    try {
      await rounds(c, async () => {
        ours.create.push(await drive(app.port, 16, 2, 'POST', '/api/v1/consultations', creating(app), app.pid));
        theirs.insert.push(await pgbench(url.href, insert, 'insert'));
        same ??= await sameRows(url.href);
        theirs.same.push(await pgbench(url.href, same, 'same'));
        ours.json.push(await drive(app.port, 16, 2, 'GET', '/api/v1/consultations', app.bearer, app.pid));
        ours.html.push(await drive(app.port, 16, 2, 'GET', '/consultations', app.signed, app.pid));
        theirs.newest.push(await pgbench(url.href, newest, 'newest'));
      });
    } finally {
      await app.stop();
    }
    const note = { records };
    compare(c, 'PostgreSQL: create at c=16, to pgbench’s one insert', '/s', all(ours.create, 'rate'), theirs.insert, 0.65, { more: true, foreign: strangers(ours.create), note });
    compare(c, 'PostgreSQL: create at c=16, to pgbench writing the same rows', '/s', all(ours.create, 'rate'), theirs.same, 0.65, { more: true, foreign: strangers(ours.create), note });
    compare(c, 'PostgreSQL: list of 50 as JSON at c=16, to pgbench’s newest 50', '/s', all(ours.json, 'rate'), theirs.newest, 0.65, { more: true, foreign: strangers(ours.json), note });
    compare(c, 'PostgreSQL: list of 50 as HTML at c=16, to pgbench’s newest 50', '/s', all(ours.html, 'rate'), theirs.newest, 0.65, { more: true, foreign: strangers(ours.html), note });
  }, '-c', 'fsync=on', '-c', 'max_wal_size=4GB');
}
