// offline.js -- says when the line is gone or the screen is about to lock, and what can still be done.
import { element } from './dom.js';

const minuteMs = 60000;

// What to show after so many minutes without a request: "", "soon" (the last minute) or "locked".
export function idleState(minutesIdle, limit) {
  if (!limit || minutesIdle < limit - 1) return '';
  return minutesIdle < limit ? 'soon' : 'locked';
}

function bar(id, sentence, ...more) {
  document.getElementById(id)?.remove();
  if (sentence) document.body.append(element('div', { id, class: 'bottom-notice', role: 'alert' }, element('p', { text: sentence }), ...more));
}

function watchLine() {
  const tell = () => bar('offline', navigator.onLine ? '' : '通信が切れています。入力した内容はこの画面に残っています。保存は通信が戻ってから行ってください。');
  addEventListener('offline', tell);
  addEventListener('online', tell);
  tell();
}

function watchIdle() {
  const limit = Number(document.body.dataset.idle || 0), keepUrl = document.body.dataset.keep;
  if (!limit) return;
  let since = Date.now(), shown = '';
  const realFetch = window.fetch;
  // Every request counts as activity on the server, also the autosave's.
  window.fetch = (...request) => { since = Date.now(); return realFetch(...request); };
  const keep = element('button', { type: 'button', class: 'button button-small', text: '続ける' });
  keep.addEventListener('click', async () => {
    if (keepUrl) await fetch(keepUrl, { headers: { Accept: 'application/json' } }).catch(() => {});
    shown = '';
    bar('idle', '');
  });
  // Whoever passes by reads nothing from a locked screen; what was typed stays behind it.
  const hide = (locked) => {
    document.body.classList.toggle('screen-locked', locked);
    document.getElementById('main')?.toggleAttribute('inert', locked);
  };
  // Unlocked in another tab: the server answers again.
  const unlock = async () => {
    if (shown !== 'locked' || !keepUrl) return;
    const reply = await realFetch(keepUrl, { headers: { Accept: 'application/json' } }).catch(() => null);
    if (!reply?.ok) return;
    since = Date.now();
    look();
  };
  const look = () => {
    const state = idleState((Date.now() - since) / minuteMs, limit);
    if (state === shown) return;
    shown = state;
    hide(state === 'locked');
    if (state === 'soon') bar('idle', '操作がないため、まもなく画面がロックされます。', keep);
    else if (state === 'locked') bar('idle', '画面がロックされました。入力した内容はこの画面に残っています。続けるにはロックを解除してください。',
      element('a', { class: 'button button-small', href: '/unlock', target: '_blank', rel: 'noopener', text: 'ロックを解除する' }));
    else bar('idle', '');
  };
  setInterval(look, 5000);
  addEventListener('focus', () => { look(); unlock(); });
}

export function start() {
  watchLine();
  watchIdle();
}
