// figures.mjs -- the figures, in groups that can be asked for by name.  Each is taken in turns with its yardstick.
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { consultation } from '../tests/support/records.mjs';
import { directory, directoryOnPostgresql } from './directory.mjs';
import { postgresql } from './postgresql.mjs';
import { cpuOf, drive, freePort, inside, launch, load, median, memoryOf, program, root, run, sleep, tools, work } from './tools.mjs';
import { plainTable, rawServer, sqLines, yardstick } from './yardsticks.mjs';

const role = 'demo-coordinator-271276'; // 北区, the largest room

// --- the product with its data ---

const settings = (url, port, extra) => ({
  RENKEI_DATA: url, RENKEI_LISTEN: `127.0.0.1:${port}`, RENKEI_DEMO: '1', RENKEI_IDLE_MINUTES: '120', RENKEI_SECRET_KEY_FILE: join(work, 'secret.key'), ...extra,
});

// A running server with a signed-in coordinator: cookie, CSRF token, API token.
export async function serve(url, extra = {}) {
  const port = await freePort(), env = settings(url, port, extra);
  const server = await launch(program, ['serve'], { env, port, path: '/healthz' });
  const base = `http://127.0.0.1:${port}`;
  const entered = await fetch(`${base}/sign-in/demo`, { method: 'POST', body: new URLSearchParams({ role: 'coordinator' }), redirect: 'manual' });
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0];
  const page = await (await fetch(`${base}/consultations`, { headers: { cookie } })).text();
  const csrf = /csrf" value="([^"]+)"/.exec(page)?.[1];
  if (!csrf) throw new Error('the demo sign-in did not work');
  const token = (await run(program, ['token', 'create', role], { env: { ...env, LD_PRELOAD: '' } })).trim().split('\n').pop();
  return { ...server, base, cookie, csrf, token, tokens: await tokensOf({ ...env, LD_PRELOAD: '' }), signed: ['-H', `Cookie: ${cookie}`], bearer: ['-H', `Authorization: Bearer ${token}`] };
}

async function loadedFile(records) {
  const schema = (await run(join(tools, 'bench-inside'), ['schema'])).trim();
  const file = join(work, `sqlite-${records}-${schema}.db`);
  if (existsSync(file)) return file;
  const part = join(work, `loading-${process.pid}.db`);
  for (const end of ['', '-wal', '-shm']) rmSync(part + end, { force: true });
  await run(program, ['init', '--demo'], { env: settings(`sqlite:${part}`, 1) });
  console.error(`bench: loading ${records} consultations; kept as ${file}`);
  const [, seconds, cpu] = (await run(join(tools, 'bench-load'), [`sqlite:${part}`, String(records)])).trim().split(' ').map(Number);
  writeFileSync(`${file}.json`, JSON.stringify({ records, seconds, cpu }));
  renameSync(part, file);
  return file;
}

// One server on a copy of the loaded store for all the figures that only read or add a little.
export const consultations = {
  server: null,
  async url(records) {
    const file = await loadedFile(records);
    this.copy ??= join(work, 'work.db');
    if (this.copied !== file) {
      for (const end of ['', '-wal', '-shm']) rmSync(this.copy + end, { force: true });
      copyFileSync(file, this.copy);
      this.copied = file;
    }
    return `sqlite:${this.copy}`;
  },
  async open(records) {
    this.server ??= await serve(await this.url(records));
    return this.server;
  },
  async close() {
    await this.server?.stop();
    this.server = null;
  },
};

// --- rows of the table ---

// ours: [numbers], theirs: [numbers] or null.  `limit` is what ours / theirs may be at most, or at least when `more`.
function compare(c, name, unit, ours, theirs, limit, { more = false, foreign = null, note } = {}) {
  const product = median(ours), other = theirs?.length ? median(theirs) : null;
  const ratio = other === null ? null : product / other;
  c.add({ name, unit, product, yardstick: other, ratio, goal: `${more ? '≥' : '≤'} ${limit} ×`, met: ratio === null ? null : more ? ratio >= limit : ratio <= limit,
    why: theirs ? undefined : 'yardstick absent', foreign, note });
}
// A goal in absolute terms.
function bound(c, name, unit, ours, limit, { foreign = null, note } = {}) {
  const product = median(ours);
  c.add({ name, unit, product, yardstick: limit, ratio: product / limit, goal: `≤ ${limit} ${unit}`, met: product <= limit, foreign, note });
}
const all = (list, key) => list.map((figures) => figures[key]);
const strangers = (list) => Math.max(0, ...list.map((figures) => figures.foreign ?? 0));

async function rounds(c, work) {
  for (let i = 0; i < c.rounds; i++) await work(i);
}

// --- groups ---

async function http(c) {
  const server = await consultations.open(c.records);
  const raw = c.yardsticks && await rawServer();
  const asset = /href="(\/assets\/app-[^"]+\.css)"/.exec(await (await fetch(`${server.base}/sign-in`)).text())[1];
  const nginx = await startNginx(server, asset);
  try {
    for (const connections of [1, 64, 1000]) {
      for (const [what, path] of [['healthz', '/healthz'], ['cached asset', asset]]) {
        const ours = [], theirs = [], nginxes = [];
        const args = ['-H', 'Accept-Encoding: br, gzip'];
        await rounds(c, async () => {
          ours.push(await drive(server.port, connections, 1, 'GET', path, args, server.pid));
          if (raw) theirs.push(await drive(raw.port, connections, 1, 'GET', what === 'healthz' ? '/2' : '/20', [], raw.pid));
          if (nginx && what !== 'healthz') nginxes.push(await drive(nginx.port, connections, 1, 'GET', asset, args, nginx.pid()));
        });
        compare(c, `HTTP CPU per request, ${what}, c=${connections}`, 'µs', all(ours, 'cpu_us'), raw && all(theirs, 'cpu_us'), 2, { foreign: strangers(ours) });
        if (nginxes.length) compare(c, `HTTP CPU per request, ${what}, c=${connections}, to nginx`, 'µs', all(ours, 'cpu_us'), all(nginxes, 'cpu_us'), 1.5, { foreign: strangers(ours) });
      }
    }
  } finally {
    await raw?.stop();
    await nginx?.stop();
  }
}

// The same bytes from nginx, one worker; null when it is not installed.
async function startNginx(server, asset) {
  if (!existsSync('/usr/sbin/nginx')) return null;
  const folder = join(work, 'nginx'), port = await freePort();
  mkdirSync(join(folder, 'assets'), { recursive: true });
  const body = await run('curl', ['-s', '-H', 'Accept-Encoding: br, gzip', '-o', join(folder, asset), server.base + asset]);
  writeFileSync(join(folder, 'nginx.conf'), `daemon off; pid ${folder}/pid; error_log /dev/null; worker_processes 1; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 2048; } http { access_log off; types { text/css css; } keepalive_requests 100000000; open_file_cache max=10;
server { listen 127.0.0.1:${port}; root ${folder}; } }\n${body}`);
  const master = await launch('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf')], { port });
  const worker = Number((await run('pgrep', ['-P', String(master.pid)])).trim().split('\n')[0]);
  return { port, pid: () => worker, stop: master.stop };
}

async function streams(c) {
  const url = await consultations.url(c.records);
  await consultations.close();
  const job = `/jobs/${(await run(join(tools, 'bench-inside'), ['job', url])).trim()}/events`;
  const server = await serve(url), count = 9900;
  try {
    const before = memoryOf(server.pid), alone = [], beside = [];
    const others = () => drive(server.port, 8, 1, 'GET', '/api/v1/consultations?page=1', server.bearer, server.pid);
    const streams = spawn(join(tools, 'bench-http'), [String(server.port), String(count), '1', 'GET', job, ...server.signed, '-s'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const opened = JSON.parse(await new Promise((resolve) => { streams.stdout.once('data', (data) => resolve(data.toString())); }));
    await sleep(500);
    const memory = memoryOf(server.pid);
    await rounds(c, async () => { beside.push(await others()); });
    const busy = memoryOf(server.pid);
    const gone = new Promise((resolve) => { streams.on('close', resolve); });
    streams.stdin.end();
    await gone;
    await sleep(1000);
    await rounds(c, async () => { alone.push(await others()); });
    const open = opened.statuses[200] ?? 0;
    bound(c, `memory with ${open} of ${count} streams (${Math.round(before)} MB before)`, 'MB', [open === count ? memory : Infinity], 160);
    bound(c, 'memory with the streams after 8 clients listed beside them', 'MB', [busy], 160);
    compare(c, 'p99 of others beside the streams, to alone', 'µs', all(beside, 'p99_us'), all(alone, 'p99_us'), 2, { foreign: strangers(beside) });
  } finally {
    await server.stop();
  }
}

function body() {
  const file = join(work, 'create.json');
  writeFileSync(file, JSON.stringify(consultation({ id: '@ID@', patient_pseudonym: '', patient_name: '見本 花子', patient_kana: 'ミホン ハナコ',
    summary: '訪問診療の医師を探している。'.repeat(8) })));
  return file;
}
// Coordinators of 24 wards write, as in life: each connection is one of them.
const wards = ['271021', '271039', '271047', '271063', '271071', '271080', '271098', '271110', '271136', '271144', '271152', '271161', '271179', '271187', '271195',
  '271209', '271217', '271225', '271233', '271241', '271250', '271268', '271276', '271284'];
async function tokensOf(env) {
  const file = join(work, 'tokens'), tokens = [];
  for (const ward of wards) tokens.push((await run(program, ['token', 'create', `demo-coordinator-${ward}`], { env })).trim().split('\n').pop());
  writeFileSync(file, tokens.join('\n'));
  return file;
}
const creating = (server) => ['-t', server.tokens, '-H', 'Content-Type: application/json', '-b', body()];

// What one side wrote into its files goes to the disk before the other side's flushes are timed.
const idleDisk = () => run('sync', []);

// The bare loop writes into a table of as many rows as the store has sheets, which is the goal's measure, and into an empty one.
async function creates(c, slow) {
  const url = await consultations.url(c.records);
  await consultations.close();
  const extra = slow ? { LD_PRELOAD: c.yardsticks?.slow, SLOW_US: String(slow * 1000) } : {};
  const disk = slow ? `, fsync +${slow} ms` : '';
  if (slow && !c.yardsticks) return c.add({ name: `create${disk}`, product: null, yardstick: null, unit: '', ratio: null, goal: '', met: null, why: 'yardstick absent', foreign: 0 });
  const server = await serve(url, extra);
  const ours = { 1: [], 16: [], 64: [] }, theirs = { '': [], ' into an empty table': [] };
  try {
    await rounds(c, async () => {
      await idleDisk();
      for (const clients of [1, 16, 64]) {
        const figures = await drive(server.port, clients, 1.5, 'POST', '/api/v1/consultations', creating(server), server.pid);
        const good = figures.statuses[201] ?? figures.statuses[200] ?? 0;
        if (good !== figures.requests) throw new Error(`creates answered ${JSON.stringify(figures.statuses)}`);
        ours[clients].push(figures);
      }
      if (!c.yardsticks) return;
      const file = join(work, 'limits', 'i.db'), full = await plainTable(c.records);
      for (const [table, lines] of Object.entries(theirs)) {
        for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
        if (!table) copyFileSync(full, file);
        await idleDisk();
        lines.push(sqLines(await yardstick('sq', [file, 'ins', 1, 'FULL'], { env: { FAST: '1', ...extra } })));
      }
    });
  } finally {
    await server.stop();
  }
  for (const [table, lines] of Object.entries(theirs)) {
    const their = (name, key) => (c.yardsticks ? lines.map((line) => line[name][key]) : null);
    for (const clients of [16, 64])
      compare(c, `create, ${clients} clients, to bare group commit${table}${disk}`, '/s', all(ours[clients], 'rate'), their(`group commit, ${clients} waiting clients`, 'rate'), 0.5,
        { more: true, foreign: strangers(ours[clients]), note: { cpu_us: median(all(ours[clients], 'cpu_us')) } });
    if (slow === 5)
      compare(c, `create, 64 clients, to one transaction each${table}${disk}`, '/s', all(ours[64], 'rate'), their('1 writer, 1 txn/row', 'rate'), 10, { more: true, foreign: strangers(ours[64]) });
    const bare = their('1 writer, 1 txn/row', 'p50');
    compare(c, `create, 1 client p50, to bare transaction${table} + 150 µs${disk}`, 'µs', all(ours[1], 'p50_us'), bare && bare.map((us) => us + 150), 1,
      { foreign: strangers(ours[1]), note: { cpu_us: median(all(ours[1], 'cpu_us')) } });
  }
}

async function reads(c) {
  const server = await consultations.open(c.records);
  const table = c.yardsticks && await plainTable(c.records);
  const ids = await (await fetch(`${server.base}/api/v1/consultations`, { headers: { authorization: `Bearer ${server.token}` } })).json();
  const paths = join(work, 'paths');
  writeFileSync(paths, ids.items.map((item) => `/api/v1/consultations/${item.id}`).join('\n'));
  const html = [], month = [], json = [], one = [], bare = [];
  await rounds(c, async () => {
    html.push(await drive(server.port, 1, 1, 'GET', '/consultations', server.signed, server.pid));
    month.push(await drive(server.port, 1, 1, 'GET', '/consultations?period=2024-06', server.signed, server.pid));
    json.push(await drive(server.port, 1, 1, 'GET', '/api/v1/consultations', server.bearer, server.pid));
    one.push(await drive(server.port, 1, 1, 'GET', '-', [...server.bearer, '-p', paths], server.pid));
    if (table) bare.push(sqLines(await yardstick('sq', [table, 'read', 0.3], { env: { FAST: '1' } })));
  });
  const their = (name) => table && bare.map((lines) => lines[name].p50);
  compare(c, 'list of 50 as HTML, p50 over HTTP, to bare newest 50', 'µs', all(html, 'p50_us'), their('latest 50 cached-stmt 1 thr'), 2.5,
    { foreign: strangers(html), note: { cpu_us: median(all(html, 'cpu_us')), bytes: html[0].bytes } });
  compare(c, 'first 50 of a month’s sheets as HTML, with their number, p50 over HTTP, to bare newest 50', 'µs', all(month, 'p50_us'), their('latest 50 cached-stmt 1 thr'), 2.5,
    { foreign: strangers(month), note: { cpu_us: median(all(month, 'cpu_us')) } });
  compare(c, 'list of 50 as JSON, p50 over HTTP, to bare newest 50', 'µs', all(json, 'p50_us'), their('latest 50 cached-stmt 1 thr'), 2.5,
    { foreign: strangers(json), note: { cpu_us: median(all(json, 'cpu_us')), bytes: json[0].bytes } });
  bound(c, 'get one, p50 over HTTP', 'µs', all(one, 'p50_us'), 200, { foreign: strangers(one), note: { cpu_us: median(all(one, 'cpu_us')) } });
}

async function search(c) {
  const server = await consultations.open(c.records), url = await consultations.url(c.records);
  for (const [word, what] of [['看取', 'in every 9th sheet'], ['透析', 'in every 400th']]) {
    const stored = [], asked = [];
    const form = join(work, 'search.form');
    writeFileSync(form, new URLSearchParams({ csrf: server.csrf, words: word }).toString());
    await rounds(c, async () => {
      stored.push(await inside('search', url, word));
      asked.push(await drive(server.port, 1, 1, 'POST', '/consultations/search', [...server.signed, '-H', 'Content-Type: application/x-www-form-urlencoded', '-b', form, '-f'], server.pid));
    });
    if (!asked[0].statuses[200]) throw new Error(`search answered ${JSON.stringify(asked[0].statuses)}`);
    bound(c, `search ${word} (${what}), newest 50 in the store, p50`, 'ms', all(stored, 'p50_ms'), 0.4);
    bound(c, `search ${word}, POST and its page of 50 over HTTP, p50`, 'ms', asked.map((figures) => figures.p50_us / 1000), 2, // of a full page, as the directory's
      { foreign: strangers(asked), note: { cpu_us: median(all(asked, 'cpu_us')) } });
  }
}

async function reports(c) {
  const url = await consultations.url(c.records);
  for (const [id, period] of [['t-osk-12', 'FY2024'], ['t-osk-13', 'FY2024'], ['t-osk-14', 'FY2024'], ['t-osk-14-cross', 'FY2024'], ['r-ward', 'FY2024'],
    ['r-ward-months', 'FY2024'], ['r-year', 'FY2024'], ['r-tri', 'FY2024-T1'], ['r-mon', '2024-06']]) {
    const figures = [];
    await rounds(c, async () => figures.push(await inside('report', url, id, period)));
    bound(c, `report ${id} of the city, ${period}, from maintained counts`, 'ms', all(figures, 'p50_ms'), 1);
  }
  const figures = [];
  await rounds(c, async () => figures.push(await inside('recount', url)));
  bound(c, 'city-year recounted from records by covering index', 'ms', all(figures, 'p50_ms'), 10, { note: { counted: figures[0].result } });
}

const milliseconds = (text, pattern) => Number(pattern.exec(text)[1]);

async function documents(c) {
  for (const [pages, limit] of [[1, 1.3], [100, 1.2]]) {
    const ours = [], theirs = [];
    await rounds(c, async () => {
      ours.push((await inside('pdf', pages)).p50_ms);
      if (c.yardsticks) theirs.push(milliseconds(await yardstick('pdf_pango', ['BIZ UDGothic', pages, pages === 1 ? 20 : 3]), /warm mean=([\d.]+)/));
    });
    compare(c, `form as PDF, ${pages} page${pages > 1 ? 's' : ''}, warm`, 'ms', ours, c.yardsticks && theirs, limit);
  }
  const sheets = [], bare = [];
  await rounds(c, async () => {
    sheets.push(await inside('xlsx', 10000));
    if (c.yardsticks) bare.push(milliseconds(await yardstick('xlsx', [10000, 1]), /=1 ([\d.]+)ms/));
  });
  compare(c, 'XLSX of 10,000 rows', 'ms', all(sheets, 'p50_ms'), c.yardsticks && bare, 1.3);
  bound(c, 'XLSX of 10,000 rows, rise of peak memory', 'MB', sheets.map((figures) => figures.result / 1024), 8);
  const books = [];
  await rounds(c, async () => books.push(JSON.parse(await run(join(tools, 'bench-guide'), ['3200', '1']))));
  compare(c, `guide of the area, ${books[0].pages} pages, to bare Pango and Cairo with the same texts`, 'ms', all(books, 'ours_ms'), all(books, 'bare_ms'), 1.3);
  if (!c.yardsticks) return;
  const parsed = [], raw = [];
  await rounds(c, async () => {
    parsed.push((await inside('csv', c.yardsticks.table)).p50_ms);
    const text = await yardstick('csv', []);
    raw.push(milliseconds(text, /table ([\d.]+) ms/) + milliseconds(text, /parse ([\d.]+) ms/));
  });
  bound(c, 'CSV of 25 MB, CP932, decoded and parsed', 'ms', parsed, 60, { note: { bare_ms: median(raw) } });
}

// "ROWS SECONDS SECONDS_OF_CPU …" as the bench's own programs print it.
async function take(name, ...args) {
  const [rows, seconds, cpu, mb] = (await run(join(tools, name), args)).trim().split(' ').map(Number);
  return { rows, rate: rows / seconds, cpu_us: cpu * 1e6 / rows, mb };
}

async function bulk(c) {
  const rows = 20000, ours = [], same = [], theirs = [], bare = join(work, 'bulk-plain.db');
  const empty = join(work, 'empty.db'), file = join(work, 'bulk.db');
  if (!existsSync(empty)) await run(program, ['init', '--demo'], { env: settings(`sqlite:${empty}`, 1) });
  await rounds(c, async () => {
    for (const path of [file, bare]) {
      for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
      copyFileSync(empty, path);
    }
    ours.push(await take('bench-load', `sqlite:${file}`, String(rows)));
    same.push(await take('bench-plain', 'consultation', file, bare));
    if (!c.yardsticks) return;
    const plain = join(work, 'limits', 'bulk.db');
    for (const end of ['', '-wal', '-shm']) rmSync(plain + end, { force: true });
    theirs.push(Number(/\((\d+)\/s\)/.exec(await yardstick('sq', [plain, 'load', rows], { env: { FAST: '1' } }))[1]));
  });
  compare(c, 'consultations saved in bulk, to a bare load with the same tables and indexes', '/s', all(ours, 'rate'), all(same, 'rate'), 0.5,
    { more: true, note: { cpu_us: median(all(ours, 'cpu_us')), bare_cpu_us: median(all(same, 'cpu_us')) } });
  compare(c, 'consultations saved in bulk, to sq’s load of one row and two indexes', '/s', all(ours, 'rate'), c.yardsticks && theirs, 0.5, { more: true });
}

// MHLW's open data of care offices, eleven files, and the largest workbook; a bare program loads the same rows with the same indexes and words.
async function facilities(c) {
  const data = ['../shared/data', '../../shared/data'].map((path) => join(root, path)).find(existsSync);
  if (!data) return c.add({ name: 'facilities imported', product: null, yardstick: null, unit: '', ratio: null, goal: '', met: null, why: 'data absent', foreign: 0 });
  const files = readdirSync(join(data, 'mhlw-kaigo')).sort().map((name) => join(data, 'mhlw-kaigo', name));
  const workbook = join(data, 'kouseikyoku/s2025.10_sisetukijun_kyoto_ika.xlsx');
  const empty = join(work, 'facilities-empty.db'), file = join(work, 'facilities.db'), plain = join(work, 'facilities-plain.db');
  const fresh = (path) => { for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true }); copyFileSync(empty, path); };
  for (const end of ['', '-wal', '-shm']) rmSync(empty + end, { force: true });
  await run(program, ['init'], { env: settings(`sqlite:${empty}`, 1) });
  const first = [], again = [], bare = [], book = [];
  await rounds(c, async () => {
    fresh(file);
    first.push(await take('bench-facilities', 'import', `sqlite:${file}`, ...files));
    again.push(await take('bench-facilities', 'import', `sqlite:${file}`, ...files));
    fresh(plain);
    bare.push(await take('bench-plain', 'facility', file, plain));
    fresh(plain);
    if (existsSync(workbook)) book.push(await take('bench-facilities', 'import', `sqlite:${plain}`, workbook));
  });
  const rows = first[0].rows.toLocaleString('en'), cpu = (list) => median(all(list, 'cpu_us'));
  compare(c, `facilities imported (${rows} rows), to a bare load with the same indexes`, '/s', all(first, 'rate'), all(bare, 'rate'), 0.5, { more: true, note: { cpu_us: cpu(first), bare_cpu_us: cpu(bare) } });
  compare(c, 'facilities imported, CPU per row, to the same load', 'µs', all(first, 'cpu_us'), all(bare, 'cpu_us'), 2);
  compare(c, 'facilities imported again unchanged, to the first import', '/s', all(again, 'rate'), all(first, 'rate'), 3, { more: true });
  // Peak of the process, the writer's cache of pages too.
  bound(c, 'facilities imported from CSV, rise of memory with the store’s cache', 'MB', all(first, 'mb'), 16);
  if (book.length) bound(c, 'notifications imported from the largest workbook, rise of memory with that cache', 'MB', all(book, 'mb'), 32);
}

async function footprint(c) {
  const url = await consultations.url(c.records);
  await consultations.close();
  const starts = [], memory = [];
  await rounds(c, async () => {
    const port = await freePort();
    const server = await launch(program, ['serve'], { env: settings(url, port), port, path: '/healthz' });
    starts.push(server.ms);
    await sleep(300);
    memory.push(memoryOf(server.pid));
    await server.stop();
  });
  bound(c, `start to first answer, ${c.records.toLocaleString('en')} consultations there`, 'ms', starts, 50);
  bound(c, 'memory when idle', 'MB', memory, 20);
}

export const groups = [
  { name: 'footprint', store: 'sqlite', run: footprint },
  { name: 'http', store: 'sqlite', run: http },
  { name: 'streams', store: 'sqlite', run: streams },
  { name: 'reads', store: 'sqlite', run: reads },
  { name: 'search', store: 'sqlite', run: search },
  { name: 'reports', store: 'sqlite', run: reports },
  { name: 'documents', store: 'sqlite', run: documents },
  { name: 'bulk', store: 'sqlite', run: bulk },
  { name: 'import', store: 'sqlite', run: facilities },
  { name: 'directory', store: 'sqlite', run: (c) => directory(c, { serve, settings, bound, all, rounds, strangers }) },
  { name: 'directory', store: 'postgresql', run: (c) => directoryOnPostgresql(c, { serve, settings, bound, all, rounds, strangers }) },
  { name: 'create', store: 'sqlite', run: (c) => creates(c, 0) },
  { name: 'create-1ms', store: 'sqlite', run: (c) => creates(c, 1) },
  { name: 'create-5ms', store: 'sqlite', run: (c) => creates(c, 5) },
  { name: 'postgresql', store: 'postgresql', run: (c) => postgresql(c, { serve, settings, compare, creating, strangers, all, rounds }) },
];
