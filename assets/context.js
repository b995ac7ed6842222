// context.js -- what helps beside a form follows what is being typed: [data-context] asks the server again when one of the fields it
// names has changed, by POST because the words may be a person's.
import { all, announce, csrf } from './dom.js';

// The named fields as the form holds them now; several values of one name are all sent.
export function chosen(form, names) {
  const sent = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (names.includes(name)) sent.append(name, value);
  return sent;
}

class Context {
  constructor(box, form) {
    this.box = box;
    this.form = form;
    this.names = box.dataset.contextFields.split(' ');
    this.known = chosen(form, this.names).toString();
    for (const kind of ['input', 'change', 'focusout']) form.addEventListener(kind, () => this.later());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 400);
  }

  async ask() {
    const body = chosen(this.form, this.names);
    if (body.toString() === this.known) return;
    this.known = body.toString();
    this.running?.abort();
    this.running = new AbortController();
    body.append('csrf', csrf());
    try {
      const reply = await fetch(this.box.dataset.context, { method: 'POST', body, signal: this.running.signal });
      if (!reply.ok) throw new Error(`the context answered ${reply.status}`);
      const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
      this.box.replaceChildren(...page.body.childNodes);
    } catch (error) {
      if (error.name !== 'AbortError') announce('これまでの相談を読み込めませんでした。入力はそのまま続けられます。');
    }
  }
}

export function start() {
  for (const box of all('[data-context]')) {
    const form = box.closest('.form-page')?.querySelector('form') ?? document.querySelector('form[data-autosave]');
    if (form) new Context(box, form);
  }
}
