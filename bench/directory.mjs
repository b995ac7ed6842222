// directory.mjs -- the directory at the size of the nation: 500,000 entries grown from the real files, searched in the store and as a page.
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keptDatabase, withServer } from './postgresql.mjs';
import { drive, inside, program, root, run, tools, work } from './tools.mjs';

const words = ['看取', '透析', '訪問', '北区', 'クリ', 'ひまわり', '田中']; // two characters and kana, rare to very common
const folder = ['../shared/data', '../../shared/data'].map((path) => join(root, path)).find(existsSync);

function realFiles() {
  const all = (name) => readdirSync(join(folder, name)).filter((file) => /^(jigyosho_|0[1-5]).*\.csv$/.test(file)).map((file) => join(folder, name, file));
  return [...all('mhlw-kaigo'), ...all('mhlw-navii')];
}

async function grow(url, rows, settings) {
  await run(program, ['init', '--demo'], { env: settings(url, 1) });
  await run('sh', ['-c', '"$0" import facilities --format auto "$@" >/dev/null 2>&1; [ $? -le 1 ]', program, ...realFiles()], { env: settings(url, 1) });
  await run(join(tools, 'bench-grow'), [url, String(rows)]);
}

// Kept, because growing takes minutes.
async function grown(rows, settings) {
  const schema = (await run(join(tools, 'bench-inside'), ['schema'])).trim();
  const file = join(work, `directory-${rows}-${schema}.db`), part = join(work, `growing-${process.pid}.db`);
  if (existsSync(file)) return file;
  for (const end of ['', '-wal', '-shm']) rmSync(part + end, { force: true });
  console.error(`bench: growing ${rows} entries from the real files; kept as ${file}`);
  await grow(`sqlite:${part}`, rows, settings);
  renameSync(part, file);
  return file;
}

// `times`: how much longer than SQLite the store may take.
async function measure(c, url, rows, times, { serve, bound, all, rounds, strangers }) {
  const server = await serve(url), size = rows.toLocaleString('en'), name = times > 1 ? 'PostgreSQL: directory' : 'directory';
  try {
    for (const word of words) {
      const stored = [], page = [];
      await rounds(c, async () => {
        stored.push(await inside('directory', url, word));
        page.push(await drive(server.port, 1, 1, 'GET', `/facilities?q=${encodeURIComponent(word)}`, server.signed, server.pid));
      });
      bound(c, `${name} of ${size}: ${word} in the store, p50`, 'ms', all(stored, 'p50_ms'), times * 4 / 10);
      bound(c, `${name}: ${word}, the whole page over HTTP, p50`, 'ms', page.map((figures) => figures.p50_us / 1000), 2 * times, { foreign: strangers(page) });
    }
    for (const service of ['', '140', 'hospital']) {
      const near = [];
      await rounds(c, async () => near.push(await inside('near', url, service)));
      bound(c, `${name}: open now within 5 km, ${service ? `of kind ${service}` : 'of any kind'}, p50`, 'ms', all(near, 'p50_ms'), 2 * times);
    }
    for (const zoom of [5, 9, 12, 15, 18]) {
      const seen = [];
      await rounds(c, async () => seen.push(await inside('map', url, String(zoom), '')));
      bound(c, `${name}: the map around 大阪駅 at zoom ${zoom}, in the store, p50`, 'ms', all(seen, 'p50_ms'), 1 * times);
    }
  } finally {
    await server.stop();
  }
}

const rowsOf = (c) => (c.quick ? 100000 : 500000);
const absent = (c) => c.add({ name: 'directory', product: null, yardstick: null, unit: '', ratio: null, goal: '', met: null, why: 'data absent', foreign: 0 });

export async function directory(c, helpers) {
  if (!folder) return absent(c);
  const copy = join(work, 'directory.db');
  for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true });
  copyFileSync(await grown(rowsOf(c), helpers.settings), copy);
  await measure(c, `sqlite:${copy}`, rowsOf(c), 1, helpers);
}

// Goal: three times what SQLite may take.
export async function directoryOnPostgresql(c, helpers) {
  if (!folder) return absent(c);
  await withServer(async (admin) => {
    const url = await keptDatabase(admin, `directory_${rowsOf(c)}`, (fresh) => {
      console.error(`bench: growing ${rowsOf(c)} entries in PostgreSQL; kept there`);
      return grow(fresh, rowsOf(c), helpers.settings);
    });
    await measure(c, url, rowsOf(c), 3, helpers);
  });
}
