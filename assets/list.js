// list.js -- lists: j and k walk the rows, Enter opens, a click anywhere in a row opens it; wide tables scroll by keyboard.
import { all, isTyping } from './dom.js';

export function stepped(at, count, key) {
  if (!count) return -1;
  return key === 'j' ? Math.min(at + 1, count - 1) : Math.max(at - 1, 0);
}

function walk(table) {
  const rows = all('tr[data-href]', table);
  let at = -1;
  document.addEventListener('keydown', (event) => {
    if (!['j', 'k'].includes(event.key) || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
    at = stepped(at, rows.length, event.key);
    rows.forEach((row, i) => row.classList.toggle('row-now', i === at));
    (rows[at]?.querySelector('a.row-link, a') ?? null)?.focus();
    rows[at]?.scrollIntoView({ block: 'nearest' });
    event.preventDefault();
  });
}

// Up and down walk the links of a group of results, from the search box or from a link; Enter follows the link by itself.
function walkLinks(box) {
  const links = all('a.row-link', box);
  document.addEventListener('keydown', (event) => {
    if (!['ArrowDown', 'ArrowUp'].includes(event.key) || event.isComposing || document.querySelector('dialog[open]')) return;
    const at = links.indexOf(document.activeElement);
    if (at < 0 && !event.target.matches('body, main, [data-search], .list-search .input')) return;
    const next = stepped(at, links.length, event.key === 'ArrowDown' ? 'j' : 'k');
    links[next]?.focus();
    event.preventDefault();
  });
}

function openByClick(event) {
  const row = event.target.closest('tr[data-href]');
  if (!row || event.target.closest('a, button, input, label, summary, select') || getSelection()?.toString()) return;
  if (event.ctrlKey || event.metaKey) open(row.dataset.href, '_blank', 'noopener');
  else location.assign(row.dataset.href);
}

// A region that scrolls sideways must be reachable without a mouse; what is too wide inside one scrolls with it.
function reachable() {
  for (const box of all('.list-scroll, .figures-block, .scroll'))
    if (box.scrollWidth > box.clientWidth + 1 && !box.parentElement.closest('[tabindex][role="region"]')) {
      box.tabIndex = 0;
      box.setAttribute('role', 'region');
      box.setAttribute('aria-label', box.querySelector('caption')?.textContent?.trim() || '表（横に動かせます）');
    }
}

export function start() {
  all('[data-list]').forEach(walk);
  all('[data-walk]').forEach(walkLinks);
  document.addEventListener('click', openByClick);
  reachable();
}
