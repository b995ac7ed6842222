// Two migrations of one number stop every start: `init` refuses them.  Found here before they land.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesUnder } from './floors.mjs';

const src = new URL('../../src', import.meta.url).pathname;
const numbersIn = (sources) => sources.filter((s) => s.path.endsWith('.c') && !s.path.endsWith('_test.c'))
  .flatMap((s) => [...s.text.matchAll(/\.number = (\d{10})\b/g)].map((m) => ({ path: s.path, number: m[1] })));
const twice = (found) => found.filter((one, i) => found.findIndex((other) => other.number === one.number) !== i).map((one) => `${one.number} again in ${one.path}`);

test('no two migrations have one number', () => {
  const found = numbersIn(sourcesUnder(src));
  assert.ok(found.length > 20, 'the migrations were found');
  assert.deepEqual(twice(found), []);
});
test('a number that is taken is told', () => {
  assert.deepEqual(twice(numbersIn([{ path: 'features/a/a.c', text: '{.number = 2026010101,' }, { path: 'features/b/b.c', text: '{.number = 2026010101,' }])),
    ['2026010101 again in features/b/b.c']);
});
