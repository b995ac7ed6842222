// autosave.js -- what is being typed is kept on the server every two seconds while it changes, and the page says so.
import { all, csrf } from './dom.js';

const everyMs = 2000;

// What the line under the form says; `time` as the server gave it ("14:03").
export function savedSentence(state, time) {
  return {
    saved: `${time} 下書きを保存しました`,
    typing: '入力中です…',
    offline: '通信できないため、下書きをまだ保存できていません。通信が戻りしだい保存します。このまま入力を続けられます。',
    locked: '下書きを保存できません。別のタブでサインインし直すと、この画面から保存できます。入力した内容はこの画面に残っています。',
    refused: '下書きを保存できません。この画面を閉じずに「保存する」を押してください。',
  }[state];
}

export class Autosave {
  constructor(form, { put, say }) {
    Object.assign(this, { form, put, say, changed: 0, kept: 0, running: false });
  }
  get isDirty() { return this.changed !== this.kept; }
  touch() {
    this.changed++;
  }
  // Sends the form when it changed since it was last kept; one at a time.
  async tick() {
    if (!this.isDirty || this.running) return;
    const at = this.changed;
    this.running = true;
    try {
      const reply = await this.put();
      if (reply.ok) {
        this.kept = at;
        this.say('saved', (await reply.json()).saved_at);
      } else this.say([401, 403, 423].includes(reply.status) ? 'locked' : reply.status >= 500 ? 'offline' : 'refused');
    } catch {
      this.say('offline');
    } finally {
      this.running = false;
    }
  }
}

const bodyOf = (form) => {
  const data = new FormData(form);
  return new URLSearchParams([...data].filter(([, value]) => typeof value === 'string'));
};

function watch(form) {
  const line = form.querySelector('[data-saved-state]');
  const put = (keepalive = false) => fetch(form.dataset.autosave, {
    method: 'PUT', body: bodyOf(form), keepalive, headers: { Accept: 'application/json', 'X-CSRF-Token': csrf() },
  });
  let sending = false;
  const autosave = new Autosave(form, {
    put: () => put(),
    say: (state, time) => {
      if (!line) return;
      line.textContent = savedSentence(state, time);
      line.classList.toggle('saved-state-wrong', state !== 'saved');
    },
  });
  const touch = (event) => { if (!event.target.closest?.('[data-no-draft]')) autosave.touch(); };
  form.addEventListener('input', touch);
  form.addEventListener('change', touch);
  // Only after every listener had its say: one that asks first stops the sending.
  form.addEventListener('submit', (event) => { queueMicrotask(() => { sending = !event.defaultPrevented; }); });
  const timer = setInterval(() => { if (!sending) autosave.tick(); }, everyMs);
  addEventListener('online', () => autosave.tick());
  // A keepalive request outlives the page, so closing the lid loses nothing.
  addEventListener('pagehide', () => {
    clearInterval(timer);
    if (autosave.isDirty && !sending) put(true).catch(() => {});
  });
  addEventListener('beforeunload', (event) => {
    if ('leaveAsks' in form.dataset && autosave.isDirty && !sending) event.preventDefault();
  });
}

export const start = () => all('form[data-autosave]').forEach(watch);
