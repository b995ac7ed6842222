// menu.js -- menus close again and fetch their lines when they are opened, dangerous buttons ask first, an undo goes when its time is over, one form is sent once.
import { all, element } from './dom.js';

function closeMenus(except) {
  for (const menu of all('details.menu[open]')) if (menu !== except) menu.open = false;
}

// [data-menu-lines] holds a link that works by itself; the lines of the address take its place when the menu is opened and there are any.
async function fetchLines(event) {
  const place = event.target.open && event.target.querySelector?.('[data-menu-lines]');
  if (!place) return;
  const reply = await fetch(place.dataset.menuLines, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (!reply?.ok || reply.redirected) return;
  const lines = [...new DOMParser().parseFromString(await reply.text(), 'text/html').querySelectorAll('li')];
  if (lines.length && place.isConnected) place.replaceWith(...lines);
}

function ask(sentence, yes) {
  return new Promise((answer) => {
    const dialog = element('dialog', { class: 'dialog', 'aria-labelledby': 'ask-sentence' },
      element('p', { id: 'ask-sentence', text: sentence }),
      element('form', { method: 'dialog', class: 'actions' },
        element('button', { class: 'button', value: 'no', autofocus: true, text: 'やめる' }), element('button', { class: 'button button-danger', value: 'yes', text: yes })));
    dialog.addEventListener('close', () => {
      dialog.remove();
      answer(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

async function confirmFirst(event) {
  const button = event.target.closest('[data-confirm]');
  if (!button || button.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!await ask(button.dataset.confirm, button.textContent.trim() || 'はい')) return;
  button.confirmed = true;
  button.click();
  button.confirmed = false;
}

function sendOnce(event) {
  const form = event.target;
  if (form.method === 'dialog' || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = 'yes';
  setTimeout(() => { delete form.dataset.sent; }, 3000);
}

// Where the tabs do not fit, the one that is open is in sight.
function showOpenTab() {
  for (const open of all('.tabs [aria-current]')) {
    const row = open.closest('ul');
    row.scrollLeft = open.offsetLeft - row.offsetLeft - (row.clientWidth - open.offsetWidth) / 2;
  }
}

export function start() {
  showOpenTab();
  addEventListener('resize', showOpenTab);
  document.addEventListener('click', confirmFirst, true);
  document.addEventListener('click', (event) => closeMenus(event.target.closest('details.menu')));
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && event.target.closest?.('details.menu[open]');
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  document.addEventListener('toggle', fetchLines, true);
  document.addEventListener('submit', sendOnce);
  addEventListener('pageshow', () => all('form[data-sent]').forEach((form) => { delete form.dataset.sent; }));
  for (const undo of all('[data-undo]')) setTimeout(() => { if (!undo.contains(document.activeElement)) undo.remove(); }, Number(undo.dataset.undo) * 1000);
  // The summary of what is wrong is where reading goes on.
  document.querySelector('.error-summary')?.focus();
  for (const link of all('.error-summary a'))
    link.addEventListener('click', (event) => {
      const box = document.querySelector(link.getAttribute('href'));
      const target = box?.matches('input, select, textarea, a, button') ? box : box?.querySelector('input, select, textarea');
      if (!target) return;
      event.preventDefault();
      target.focus();
      target.scrollIntoView({ block: 'center' });
    });
}
