import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesUnder, wrongIncludes, wrongUnder } from './floors.mjs';

const src = new URL('../../src', import.meta.url).pathname;

test('no file includes a higher floor, and features meet only in their one header', () => {
  assert.ok(sourcesUnder(src).length > 30, 'the sources were found');
  assert.deepEqual(wrongUnder(src), []);
});
test('an include of a higher floor is found', () => {
  assert.match(wrongIncludes('store/db.c', '#include "web/request.h"')[0], /higher floor/);
});
test('an include of another feature’s inside is found, also in a template', () => {
  assert.match(wrongIncludes('features/report/report.c', '#include "features/area/area_pages.h"')[0], /only in features\/area\/area\.h/);
  assert.match(wrongIncludes('features/report/list.html', '{% view struct x "features/area/area_view.h" %}')[0], /features\/area\/area\.h/);
});
test('lower floors, own files and another feature’s one header are fine', () => {
  const text = '#include "base/date.h"\n#include "features/report/report_view.h"\n#include "features/area/area.h"\n#include <stdio.h>\n';
  assert.deepEqual(wrongIncludes('features/report/report.c', text), []);
});
test('a header named without its folder is found', () => {
  assert.equal(wrongIncludes('web/form.c', '#include "form.h"').length, 1);
});
