// keys.js -- keys that work on every page while nothing is being typed: / search, n new consultation, ? the list; Ctrl+Enter saves.
import { all, isTyping } from './dom.js';

// What a key asks for: "search", "new", "help", "save", "hotkey" or null.
export function wish({ key, ctrlKey, metaKey, altKey, isComposing }, typing) {
  if (isComposing) return null;
  if (key === 'Enter' && (ctrlKey || metaKey)) return 'save';
  if (ctrlKey || metaKey || altKey || typing) return null;
  return { '/': 'search', n: 'new', '?': 'help' }[key] ?? (/^[a-z]$/.test(key) ? 'hotkey' : null);
}

function onKey(event) {
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  const asked = wish(event, isTyping(event.target));
  const hotkey = asked === 'hotkey' || asked === 'new' ? document.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`) : null;
  if (asked === 'search') {
    const box = document.querySelector('[data-search]');
    box?.focus();
    box?.select();
  } else if (asked === 'help') document.getElementById('keys')?.showModal?.();
  else if (asked === 'save') event.target.closest?.('form')?.querySelector('.button-primary')?.click();
  else if (hotkey) hotkey.click();
  else if (asked === 'new' && document.body.dataset.new) location.assign(document.body.dataset.new);
  else return;
  event.preventDefault();
}

export function start() {
  document.addEventListener('keydown', onKey);
  for (const button of all('[data-keys-open]')) button.addEventListener('click', () => document.getElementById('keys')?.showModal());
  for (const item of all('[data-scripted]')) item.hidden = false;
}
