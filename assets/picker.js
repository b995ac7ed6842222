// picker.js -- search-as-you-type for a reference: type, arrow keys, Enter; Esc closes.  ARIA combobox with a listbox.
import { all, announce, csrf, element } from './dom.js';

// Where the highlight goes: -1 is the text itself, and both ends lead there.
export function moved(at, count, key) {
  if (!count) return -1;
  if (key === 'ArrowDown') return at + 1 >= count ? -1 : at + 1;
  if (key === 'ArrowUp') return at < 0 ? count - 1 : at - 1;
  return at;
}

async function fetchPicks(box, words, signal) {
  const url = box.dataset.picker, accept = { Accept: 'application/json' };
  const reply = 'pickerPost' in box.dataset
    ? await fetch(url, { method: 'POST', headers: accept, body: new URLSearchParams({ q: words, csrf: csrf() }), signal })
    : await fetch(`${url}?${new URLSearchParams({ q: words })}`, { headers: accept, signal });
  if (!reply.ok) throw new Error(`the search answered ${reply.status}`);
  const picks = await reply.json();
  return Array.isArray(picks) ? picks : picks.items ?? [];
}

class Picker {
  constructor(box) {
    this.box = box;
    this.text = box.querySelector('[data-picker-text]');
    this.id = box.querySelector('[data-picker-id]');
    this.many = box.dataset.pickerMany;
    this.list = element('ul', { class: 'picker-list', role: 'listbox', id: `${this.text.id}-list`, hidden: true, 'aria-label': '候補' });
    this.picks = [];
    this.at = -1;
    this.text.after(this.list);
    this.text.setAttribute('aria-controls', this.list.id);
    const button = box.querySelector('[data-picker-button]');
    if (button) button.hidden = true;
    this.listen();
  }

  listen() {
    this.text.addEventListener('input', () => {
      if (this.id && !this.many) this.id.value = '';
      this.stale = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), 150);
    });
    this.text.addEventListener('focus', () => { if (!this.text.value && !this.id?.value) this.search(); });
    this.text.addEventListener('keydown', (event) => this.key(event));
    this.text.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.list.addEventListener('mousedown', (event) => {
      event.preventDefault();
      const item = event.target.closest('[role=option]');
      if (item) this.take(Number(item.dataset.at));
    });
  }

  async search() {
    this.running?.abort();
    this.running = new AbortController();
    try {
      this.picks = await fetchPicks(this.box, this.text.value.trim(), this.running.signal);
      if (document.activeElement === this.text) this.show();
    } catch (error) {
      if (error.name !== 'AbortError') announce('候補を読み込めませんでした。しばらくしてからもう一度入力してください。');
    }
  }

  show() {
    this.stale = false;
    this.at = -1;
    this.list.replaceChildren(...this.picks.map((pick, i) => element('li', {
      class: 'picker-item', role: 'option', id: `${this.list.id}-${i}`, 'data-at': i, 'aria-selected': 'false',
    }, element('span', { class: 'picker-label', text: pick.label }), element('span', { class: 'picker-detail', text: pick.detail ?? '' }))));
    if (!this.picks.length && this.text.value.trim())
      this.list.append(element('li', { class: 'picker-none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', text: '見つかりません。言葉を短くしてみてください。' }));
    const open = this.list.childElementCount > 0;
    this.list.hidden = !open;
    this.text.setAttribute('aria-expanded', String(open));
    this.text.removeAttribute('aria-activedescendant');
    if (open) this.list.scrollIntoView({ block: 'nearest' });
    if (open) announce(this.picks.length ? `候補が${this.picks.length}件あります。` : '候補はありません。');
  }

  close() {
    this.list.hidden = true;
    this.text.setAttribute('aria-expanded', 'false');
    this.text.removeAttribute('aria-activedescendant');
    this.at = -1;
  }

  highlight(at) {
    this.at = at;
    all('[role=option]', this.list).forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    const item = this.list.children[at];
    if (item) {
      this.text.setAttribute('aria-activedescendant', item.id);
      item.scrollIntoView({ block: 'nearest' });
    } else this.text.removeAttribute('aria-activedescendant');
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === 'ArrowDown' && !open) {
      this.search();
      event.preventDefault();
    } else if (['ArrowDown', 'ArrowUp'].includes(event.key) && open) {
      this.highlight(moved(this.at, this.picks.length, event.key));
      event.preventDefault();
    } else if (event.key === 'Enter' && open && this.picks.length) {
      // The first of a list that does not know the last keys yet is nobody's choice.
      if (this.at >= 0 || !this.stale) this.take(this.at < 0 ? 0 : this.at);
      event.preventDefault();
    } else if (event.key === 'Escape' && open) {
      this.close();
      event.preventDefault();
      event.stopPropagation();
    }
  }

  take(at) {
    const pick = this.picks[at];
    if (!pick) return;
    clearTimeout(this.timer);
    this.running?.abort();
    this.stale = false;
    if (this.many) this.add(pick);
    else {
      this.id.value = pick.id;
      this.text.value = pick.label;
    }
    this.close();
    announce(`${pick.label}を選びました。`);
    this.text.dispatchEvent(new Event('change', { bubbles: true }));
  }

  // FIELD_REFS: one more box to uncheck again.
  add(pick) {
    let chosen = this.box.querySelector('.picker-chosen');
    if (!chosen) {
      chosen = element('div', { class: 'chips picker-chosen' });
      this.box.append(chosen);
    }
    const there = all('input', chosen).find((input) => input.value === pick.id);
    if (there) there.checked = true;
    else chosen.append(element('label', { class: 'chip' },
      element('input', { type: 'checkbox', name: this.many, value: pick.id, checked: true }), element('span', { class: 'chip-label', text: pick.label })));
    this.text.value = '';
  }
}

export const attach = (root = document) => all('[data-picker]', root).forEach((box) => {
  if (!box.pickerAttached) box.pickerAttached = new Picker(box);
});
export const start = () => attach();
