// yardsticks.mjs -- the bare programs of ../shared/limits, compiled beside the data; null when the folder is not there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { launch, freePort, root, run, work } from './tools.mjs';

const source = process.env.RENKEI_LIMITS ?? ['../shared/limits', '../../shared/limits'].map((path) => join(root, path)).find(existsSync);
const folder = join(work, 'limits');
const programs = {
  raw: ['-lpthread'], sq: ['-lsqlite3', '-lpthread'], csv: ['-licuuc'], xlsx: ['-lxlsxwriter'], pdf_pango: ['pangocairo'],
};

async function compile(name, libraries) {
  const from = join(source, `${name}.c`), to = join(folder, name);
  if (existsSync(to) && statSync(to).mtimeMs > statSync(from).mtimeMs) return;
  const flags = libraries[0].startsWith('-') ? libraries : execFileSync('pkg-config', ['--cflags', '--libs', ...libraries], { encoding: 'utf8' }).trim().split(/\s+/);
  await run('gcc', ['-O2', '-w', from, '-o', to, ...flags]);
}

export async function buildYardsticks() {
  if (!source || !existsSync(source)) return null;
  mkdirSync(folder, { recursive: true });
  for (const [name, libraries] of Object.entries(programs)) await compile(name, libraries);
  await run('gcc', ['-shared', '-fPIC', '-O2', '-w', join(source, 'slowfsync.c'), '-o', join(folder, 'slowfsync.so'), '-ldl']);
  if (!existsSync(join(folder, 't.csv'))) await run('python3', [join(source, 'csvgen.py')], { cwd: folder });
  return { folder, slow: join(folder, 'slowfsync.so'), table: join(folder, 't.csv') };
}

export const yardstick = (name, args, options = {}) => run(join(folder, name), args.map(String), { cwd: folder, ...options });

export async function rawServer() {
  const port = await freePort();
  return launch(join(folder, 'raw'), [String(port), '2'], { port, path: '/2' });
}

// "… 14300 /s  p50  750.0 us …" of sq's lines, by the beginning of the line.
export function sqLines(text) {
  const lines = {};
  for (const match of text.matchAll(/^(.+?)\s+(\d+) \/s {2}p50\s+([\d.]+) us {2}p99\s+([\d.]+) us/gm))
    lines[match[1].replace(/ sync=.*/, '')] = { rate: Number(match[2]), p50: Number(match[3]), p99: Number(match[4]) };
  return lines;
}

export async function plainTable(records) {
  const file = join(folder, `c-${records}.db`);
  if (!existsSync(file)) await yardstick('sq', [file, 'load', records]);
  return file;
}
