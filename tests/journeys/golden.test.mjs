// The printed tables of Osaka City's report come out of the demo's records, in every format, number for number (reports.md T-OSK-12, T-OSK-13).
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { program, run, Service } from '../support/service.mjs';

let service;
before(async () => { service = await Service.start(); }, { timeout: 180000 });
after(() => service?.stop());

const meetings = [
  ['会議出席回数', 2505, 2211, -294, -11.7],
  ['市・区の会議、研修会', 829, 641, -188, -22.7],
  ['関係機関との会議、研修会', 1557, 1570, 13, 0.8],
  ['地域ケア会議', 119, 139, 20, 16.8],
];
const trap = /公表値のまま.*2,386/s;
const basisNote = '介護保険対象者のみの集計に変更';

async function report(id, format) {
  const file = join(service.folder, `${id}.${format}`);
  const made = await run('sh', ['-c', `"$0" report ${id} --area 271004 --period FY2024 --format ${format} >"$1"`,
    program, file], { env: service.env });
  assert.equal(made.code, 0, made.stderr);
  return file;
}
const text = async (command, ...args) => {
  const result = await run(command, args);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout;
};

test('T-OSK-12 as CSV carries the printed numbers, and the broken total of FY2023 is flagged, not mended', async () => {
  const csv = await text('cat', await report('t-osk-12', 'csv'));
  for (const row of meetings) assert.ok(csv.includes(row.slice(0).join(',')), `${row} in\n${csv}`);
  assert.match(csv, trap);
});

test('T-OSK-12 as JSON carries the printed numbers', async () => {
  const { rows, notes } = JSON.parse(await text('cat', await report('t-osk-12', 'json')));
  assert.deepEqual(rows.map((row) => row.cells.slice(1)), meetings.map((row) => row.slice(1)));
  assert.match(notes.join('\n'), trap);
});

test('T-OSK-12 as XLSX carries the printed numbers as numbers', async () => {
  const sheet = await text('unzip', '-p', await report('t-osk-12', 'xlsx'), 'xl/worksheets/sheet1.xml');
  const numbers = [...sheet.matchAll(/<v>([^<]*)<\/v>/g)].map((m) => Number(m[1]));
  for (const row of meetings) {
    const at = numbers.findIndex((n, i) => n === row[1] && numbers[i + 1] === row[2]);
    assert.ok(at >= 0, `${row} in ${numbers}`);
    assert.deepEqual(numbers.slice(at, at + 4), row.slice(1));
  }
});

test('T-OSK-12 as PDF carries the printed numbers', async () => {
  const page = (await text('pdftotext', '-layout', await report('t-osk-12', 'pdf'), '-')).replaceAll(/[ 　]+/g, ' ');
  for (const row of ['2,505 2,211 ▲294 ▲11.7', '829 641 ▲188 ▲22.7', '1,557 1,570 +13 +0.8', '119 139 +20 +16.8'])
    assert.ok(page.includes(row), `${row} in\n${page}`);
});

test('T-OSK-13 totals 1,706 and 905 without a growth rate, in every format, and its rows sum to the totals', async () => {
  const csv = await text('cat', await report('t-osk-13', 'csv'));
  assert.ok(csv.includes('相談件数,1706,905,－,－'), csv);
  assert.ok(csv.includes(basisNote));
  const { rows, commentary } = JSON.parse(await text('cat', await report('t-osk-13', 'json')));
  const sum = (column) => rows.filter((row) => row.key !== 'total').reduce((total, row) => total + row.cells[column], 0);
  assert.deepEqual([sum(1), sum(2)], [1706, 905]);
  assert.deepEqual(rows[0].cells.slice(1), [1706, 905, null, null]);
  assert.equal(commentary, '介護支援専門員、地域包括支援センター・ブランチ、病院（地域医療連携室）からの相談が多い。');
  const page = await text('pdftotext', '-layout', await report('t-osk-13', 'pdf'), '-');
  assert.match(page, /相談件数\s+1,706\s+905\s+－\s+－/);
  const sheet = await text('unzip', '-p', await report('t-osk-13', 'xlsx'), 'xl/worksheets/sheet1.xml');
  assert.match(sheet, /<v>1706<\/v>.*<v>905<\/v>/s);
});

test('the same figures stand on the page that the bureau opens', async () => {
  const made = await service.command('token', 'create', 'demo-bureau');
  assert.equal(made.code, 0, made.stderr);
  const token = made.stdout.trim().split('\n').pop().trim();
  const reply = await fetch(`${service.url}/api/v1/reports/t-osk-12?area=271004&period=FY2024`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(reply.status, 200);
  assert.deepEqual((await reply.json()).rows.map((row) => row.cells.slice(1)), meetings.map((row) => row.slice(1)));
});
