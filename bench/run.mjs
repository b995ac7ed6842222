// run.mjs -- every figure of Renkei beside its yardstick in the same minute; prints the ratios and writes build/bench.json.
//
//   script/bench [--quick] [--records N] [--only NAME[,NAME]] [--store sqlite|postgresql|both] [--rounds N]
//
// --quick: 100,000 consultations and three rounds instead of 1,000,000 and five.  NAME: see `groups` below.  A missed goal does not make the
// command fail; the number of misses is the last line.  Yardsticks are the programs in ../shared/limits: where that folder is missing, the
// column says so and no ratio is given.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { consultations, groups } from './figures.mjs';
import { buildYardsticks } from './yardsticks.mjs';
import { work } from './tools.mjs';

function options(argv) {
  const o = { records: 1000000, rounds: 5, store: 'both', only: null, quick: false };
  for (let i = 0; i < argv.length; i++) {
    const value = () => argv[++i] ?? usage(`${argv[i - 1]} wants a value`);
    if (argv[i] === '--quick') Object.assign(o, { quick: true, records: 100000, rounds: 3 });
    else if (argv[i] === '--records') o.records = Number(value());
    else if (argv[i] === '--rounds') o.rounds = Number(value());
    else if (argv[i] === '--only') o.only = value().split(',');
    else if (argv[i] === '--store') o.store = value();
    else usage(`unknown option ${argv[i]}`);
  }
  if (!['sqlite', 'postgresql', 'both'].includes(o.store) || !(o.records > 0)) usage('bad value');
  const unknown = o.only?.filter((name) => !groups.some((group) => group.name === name)) ?? [];
  if (unknown.length) usage(`no figure is called ${unknown.join(', ')}; there are ${groups.map((group) => group.name).join(' ')}`);
  return o;
}

function usage(why) {
  console.error(`bench: ${why}\nbench: script/bench [--quick] [--records N] [--only NAME[,NAME]] [--store sqlite|postgresql|both] [--rounds N]`);
  process.exit(2);
}

const number = (n) => (n === null || n === undefined ? '-' : n >= 1000 ? Math.round(n).toLocaleString('en') : n >= 100 ? n.toFixed(0) : n.toPrecision(3));

function verdict(row) {
  if (row.met === null) return row.why ?? 'not measured';
  return row.met ? 'met' : 'MISSED';
}

function printRow(row) {
  const cells = [row.name, `${number(row.product)} ${row.unit}`, row.yardstick === null ? 'absent' : `${number(row.yardstick)} ${row.unit}`,
    row.ratio === null ? '-' : row.ratio.toFixed(2), row.goal, verdict(row), row.foreign === null ? '-' : `${Math.round(row.foreign * 100)} %`];
  console.log(`| ${cells.join(' | ')} |`);
}

const chosen = options(process.argv.slice(2));
mkdirSync(work, { recursive: true });
const context = { ...chosen, yardsticks: await buildYardsticks(), rows: [] };
context.add = (row) => {
  context.rows.push(row);
  printRow(row);
};
console.log(`Renkei beside its yardsticks; ${cpus().length} × ${cpus()[0].model}; ${chosen.records.toLocaleString('en')} consultations; median of ${chosen.rounds}`);
if (!context.yardsticks) console.log('The yardsticks (../shared/limits) are absent: no ratios to them are given.');
console.log('\n| figure | Renkei | yardstick | ratio | goal | | foreign CPU |\n|---|---|---|---|---|---|---|');
for (const group of groups) {
  if (chosen.only && !chosen.only.includes(group.name)) continue;
  if (group.store && chosen.store !== 'both' && chosen.store !== group.store) continue;
  try {
    await group.run(context);
  } catch (error) {
    context.add({ name: group.name, product: null, yardstick: null, unit: '', ratio: null, goal: '', met: null, why: `failed: ${error.message}`, foreign: 0 });
  }
}
await consultations.close();
const missed = context.rows.filter((row) => row.met === false), unmeasured = context.rows.filter((row) => row.met === null);
const file = join(work, '..', 'bench.json');
writeFileSync(file, JSON.stringify({ at: new Date().toISOString(), cpu: cpus()[0].model, cpus: cpus().length, ...chosen, rows: context.rows }, null, 1));
console.log(`\nbench: ${context.rows.length} figures, ${missed.length} missed, ${unmeasured.length} not measured; ${existsSync(file) ? file : ''}`);
