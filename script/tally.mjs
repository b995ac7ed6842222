// tally.mjs -- adds up what script/test ran and prints "N passed, N failed"; exit code 1 when anything failed or nothing ran.
//
//   node script/tally.mjs FOLDER      FOLDER holds NAME.meson.json, NAME.tap and NAME.step files
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// One line of meson's testlog.json is one program; cmocka says how many tests it held.
export function countMeson(text) {
  const sum = { passed: 0, failed: 0, names: [] };
  for (const line of text.split('\n').filter(Boolean)) {
    const run = JSON.parse(line);
    if (run.result === 'SKIP') continue;
    const said = `${run.stdout ?? ''}\n${run.stderr ?? ''}`;
    const of = (word) => [...said.matchAll(new RegExp(`\\[ +${word} +\\] (?:\\S+: )?(\\d+) test\\(s\\)[.,]`, 'g'))].reduce((n, m) => n + Number(m[1]), 0);
    const good = ['OK', 'EXPECTEDFAIL'].includes(run.result);
    const failed = good ? 0 : Math.max(1, of('FAILED'));
    sum.passed += good ? Math.max(1, of('PASSED')) : of('PASSED');
    sum.failed += failed;
    if (failed) sum.names.push(run.name);
  }
  return sum;
}

// node:test's TAP ends with "# pass N" and "# fail N"; cancelled tests did not pass.
export function countTap(text) {
  const of = (word) => Number(text.match(new RegExp(`^# ${word} (\\d+)$`, 'm'))?.[1] ?? 0);
  const names = [...text.matchAll(/^ *not ok \d+ - (.*?)( # .*)?$/gm)].filter((m) => !/# (SKIP|TODO)/.test(m[2] ?? '')).map((m) => m[1]);
  const finished = /^# fail \d+$/m.test(text);
  return { passed: of('pass'), failed: of('fail') + of('cancelled') + (finished ? 0 : 1), names };
}

export function countStep(text) {
  const good = text.trim() === 'passed';
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, names: good ? [] : [''] };
}

const kinds = [['.meson.json', countMeson], ['.tap', countTap], ['.step', countStep]];

function main(folder) {
  let passed = 0, failed = 0;
  for (const file of readdirSync(folder).sort()) {
    const [ending, count] = kinds.find(([e]) => file.endsWith(e)) ?? [];
    if (!count) continue;
    const name = file.slice(0, -ending.length);
    const sum = count(readFileSync(join(folder, file), 'utf8'));
    passed += sum.passed;
    failed += sum.failed;
    console.log(`${name.padEnd(24)} ${String(sum.passed).padStart(6)} passed ${String(sum.failed).padStart(6)} failed`);
    for (const test of sum.names) console.log(`    failed: ${test || name}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed || !passed ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv[2]);
