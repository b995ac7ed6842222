import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Autosave, savedSentence } from './autosave.js';
import { unknownTokens, usedTokens } from './build.mjs';
import { folded } from './chips.js';
import { leftSentence } from './count.js';
import { wish } from './keys.js';
import { stepped } from './list.js';
import { idleState } from './offline.js';
import { moved } from './picker.js';
import { howFar } from './progress.js';
import { renumbered } from './rows.js';

const key = (k, more = {}) => ({ key: k, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, ...more });
const reply = (status, body = {}) => ({ ok: status < 300, status, json: async () => body });

test('the arrow keys walk the candidates and come back to the text', () => {
  assert.equal(moved(-1, 3, 'ArrowDown'), 0);
  assert.equal(moved(2, 3, 'ArrowDown'), -1);
  assert.equal(moved(-1, 3, 'ArrowUp'), 2);
  assert.equal(moved(-1, 0, 'ArrowDown'), -1);
});
test('keys do nothing while something is typed or composed, except saving', () => {
  assert.equal(wish(key('n'), false), 'new');
  assert.equal(wish(key('/'), false), 'search');
  assert.equal(wish(key('?'), false), 'help');
  assert.equal(wish(key('n'), true), null);
  assert.equal(wish(key('n', { ctrlKey: true }), false), null);
  assert.equal(wish(key('Enter', { ctrlKey: true }), true), 'save');
  assert.equal(wish(key('Enter', { ctrlKey: true, isComposing: true }), true), null);
});
test('j and k stop at the ends of the list', () => {
  assert.equal(stepped(-1, 3, 'j'), 0);
  assert.equal(stepped(2, 3, 'j'), 2);
  assert.equal(stepped(0, 3, 'k'), 0);
  assert.equal(stepped(-1, 0, 'j'), -1);
});
test('a row knows its new number in names and ids, and other numbers stay', () => {
  assert.equal(renumbered('attendees.3.profession', 'attendees', 0), 'attendees.0.profession');
  assert.equal(renumbered('f-attendees-3-profession', 'attendees', 12), 'f-attendees-12-profession');
  assert.equal(renumbered('progress.3.note', 'attendees', 0), 'progress.3.note');
});
test('characters are counted as people count them', () => {
  assert.equal(leftSentence('𠮷野家', 2000), 'あと 1,997 文字');
  assert.equal(leftSentence('あいう', 2), '1 文字超えています');
});
test('a list is filtered without minding width, script or case', () => {
  assert.ok(folded('訪問カイゴ').includes(folded('かいご')));
  assert.ok(folded('ＩＣＴ（グループ）').includes(folded('ict')));
});
test('progress is told only when the total is known', () => {
  assert.equal(howFar(120, 400), '120 / 400件（30%）');
  assert.equal(howFar(5, 0), '');
});
test('the screen warns in the last minute and then says it is locked', () => {
  assert.equal(idleState(8.5, 10), '');
  assert.equal(idleState(9.1, 10), 'soon');
  assert.equal(idleState(10, 10), 'locked');
  assert.equal(idleState(99, 0), '');
});

test('nothing is sent until something was typed, and once only', async () => {
  let sent = 0;
  const autosave = new Autosave(null, { put: async () => { sent++; return reply(200, { saved_at: '14:03' }); }, say: () => {} });
  await autosave.tick();
  assert.equal(sent, 0);
  autosave.touch();
  await autosave.tick();
  await autosave.tick();
  assert.equal(sent, 1);
  assert.equal(autosave.isDirty, false);
});
test('what is typed while a draft is under way is kept by the next one', async () => {
  const autosave = new Autosave(null, { put: async () => { autosave.touch(); return reply(200, { saved_at: '14:03' }); }, say: () => {} });
  autosave.touch();
  await autosave.tick();
  assert.equal(autosave.isDirty, true);
});
test('a failed draft stays unsaved and is told by its reason', async () => {
  const said = [];
  const answers = [() => { throw new TypeError('offline'); }, () => reply(401), () => reply(503), () => reply(422)];
  for (const put of answers) {
    const autosave = new Autosave(null, { put: async () => put(), say: (state) => said.push(state) });
    autosave.touch();
    await autosave.tick();
    assert.equal(autosave.isDirty, true);
  }
  assert.deepEqual(said, ['offline', 'locked', 'offline', 'refused']);
  assert.equal(savedSentence('saved', '14:03'), '14:03 下書きを保存しました');
});

test('only the tokens in use travel, with those they stand on', () => {
  const css = usedTokens(':root {\n  --a: 1px;\n  --b: var(--a);\n  --c: 2px;\n}', 'p { margin: var(--b); }');
  assert.match(css, /--a: 1px;\n {2}--b: var\(--a\);/);
  assert.doesNotMatch(css, /--c/);
});
test('a misspelt token is found', () => {
  assert.deepEqual(unknownTokens(':root { --ink: black; } p { color: var(--inc); margin: var(--ink); }'), ['--inc']);
});
test('colours come from the tokens and never stand in the style itself', () => {
  const style = readFileSync(new URL('app.css', import.meta.url), 'utf8').replace(/\/\*.*?\*\//gs, '');
  assert.deepEqual(style.match(/#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/gi) ?? [], []);
});
test('every icon that a feature names is drawn', async () => {
  const { sourcesUnder } = await import('../tests/structure/floors.mjs');
  const drawn = new Set([...readFileSync(new URL('icons.svg', import.meta.url), 'utf8').matchAll(/<symbol id="([\w-]+)"/g)].map((m) => m[1]));
  const src = new URL('../src', import.meta.url).pathname;
  const named = sourcesUnder(src).flatMap(({ path, text }) => [
    ...[...text.matchAll(/icons_url \}\}#([\w-]+)"/g)].map((m) => [path, m[1]]),
    ...[...text.matchAll(/\.icon = "([\w-]+)"|\{\d+, "[^"]+", "\/[^"]*", "([\w-]+)", PERM_/g)].map((m) => [path, m[1] ?? m[2]]),
  ]);
  assert.ok(named.length >= 6);
  assert.deepEqual(named.filter(([, icon]) => !drawn.has(icon)), []);
});
