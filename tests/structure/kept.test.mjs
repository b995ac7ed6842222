// Rows of lists are kept as long as their record's revision says that nothing changed (resource.kept_by): whoever changes a record beside
// store/record.c must be named here, and the field in the resource's kept_by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesUnder } from './floors.mjs';

const src = new URL('../../src', import.meta.url).pathname;
const sources = sourcesUnder(src).filter((s) => /^features\/.*\.c$/.test(s.path) && !s.path.endsWith('_test.c'));
const tables = sources.flatMap((s) => [...s.text.matchAll(/const struct record \w+ = \{\s*\.table = "(\w+)"/g)].map((m) => m[1]));

test('records are changed by record.c alone, but for the fields that keep no row', () => {
  assert.ok(tables.includes('consultation') && tables.includes('patient'), 'the records were found');
  const change = new RegExp(`UPDATE (?:${tables.join('|')}) SET (\\w+)`, 'g');
  const changed = sources.flatMap((s) => [...s.text.replace(/"\s*"/g, '').matchAll(change)].map((m) => m[0]));
  assert.deepEqual([...new Set(changed)], ['UPDATE consultation SET visit_kind']);
});
