// dom.js -- the few words of the page's language that the modules share.

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// element('p', { class: 'note', text: '…' }, child…): text is never read as HTML.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'text') made.textContent = value;
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export const csrf = () => document.body.dataset.csrf ?? '';

// True while keys belong to what is being typed.
export function isTyping(target) {
  if (target.closest?.('[contenteditable], textarea, select, [role=combobox]')) return true;
  const input = target.closest?.('input');
  return !!input && !['checkbox', 'radio', 'button', 'submit'].includes(input.type);
}

// Says a sentence to screen readers without moving anything.
export function announce(sentence) {
  let region = document.getElementById('announcements');
  if (!region) {
    region = element('p', { id: 'announcements', class: 'visually-hidden', role: 'status' });
    document.body.append(region);
  }
  region.textContent = sentence;
}
