import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countMeson, countStep, countTap } from '../../script/tally.mjs';

const run = (result, stdout, name = 'store_test') => JSON.stringify({ name, result, stdout });

test('a spec program counts as many tests as cmocka says', () => {
  assert.deepEqual(countMeson(run('OK', '[  PASSED  ] 12 test(s).')), { passed: 12, failed: 0, names: [] });
});
test('a failing program counts its failed tests and is named', () => {
  const said = '[  PASSED  ] 3 test(s).\n[  FAILED  ] store_tests: 2 test(s), listed below:\n[  FAILED  ] one_test\n';
  assert.deepEqual(countMeson(run('FAIL', said)), { passed: 3, failed: 2, names: ['store_test'] });
});
test('a program that crashed or took too long is at least one failure', () => {
  for (const result of ['FAIL', 'TIMEOUT', 'ERROR']) assert.equal(countMeson(run(result, '')).failed, 1);
});
test('a TAP report without its end is a failure', () => {
  assert.equal(countTap('TAP version 13\nok 1 - a\n').failed, 1);
});
test('a TAP report counts what passed, failed and was cancelled', () => {
  const sum = countTap('ok 1 - a\nnot ok 2 - b\n# pass 1\n# fail 1\n# cancelled 1\n');
  assert.deepEqual(sum, { passed: 1, failed: 2, names: ['b'] });
});
test('a step passes only when it says so', () => {
  assert.equal(countStep('passed\n').failed, 0);
  assert.equal(countStep('').failed, 1);
});
