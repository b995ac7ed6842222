// rows.js -- the small tables inside a form: one more row, one less, and Enter goes to the next box.
import { all, announce, element } from './dom.js';
import { attach as attachDates } from './dates.js';
import { attach as attachPickers } from './picker.js';

// attendees.3.profession -> attendees.0.profession when the row becomes the first; ids alike with hyphens.
export function renumbered(name, rows, index) {
  const ending = name.match(new RegExp(`^((?:.*[-.])?${rows})([-.])\\d+([-.].*)$`));
  return ending ? `${ending[1]}${ending[2]}${index}${ending[3]}` : name;
}

const rowsOf = (field) => all('[data-row]', field);
const boxesOf = (root) => all('input:not([type=hidden]):not([disabled]), select, textarea', root).filter((box) => !box.hidden);

function renumber(field) {
  const name = field.dataset.rows;
  rowsOf(field).forEach((row, index) => {
    for (const box of all('[name], [id], [for], [aria-describedby], [aria-controls]', row))
      for (const attribute of ['name', 'id', 'for', 'aria-describedby', 'aria-controls'])
        if (box.hasAttribute(attribute)) box.setAttribute(attribute, renumbered(box.getAttribute(attribute), name, index));
  });
}

function blank(row) {
  for (const box of all('input, select, textarea', row)) {
    if (['checkbox', 'radio'].includes(box.type)) box.checked = false;
    else box.value = '';
    box.removeAttribute('aria-invalid');
  }
  for (const echo of all('.date-echo', row)) echo.textContent = '';
  for (const made of all('.date-button, .date-native, .field-error, .picker-list', row)) made.remove();
  for (const cell of all('.field-error-on', row)) cell.classList.remove('field-error-on');
}

function addRow(field) {
  const rows = rowsOf(field), last = rows.at(-1), most = Number(field.dataset.rowsMax || 200);
  if (!last || rows.length >= most) {
    announce(`行は${most}行までです。`);
    return null;
  }
  const row = last.cloneNode(true);
  blank(row);
  last.after(row);
  renumber(field);
  attachDates(row);
  attachPickers(row);
  boxesOf(row)[0]?.focus();
  announce(`${rows.length + 1}行目を追加しました。`);
  field.dispatchEvent(new Event('change', { bubbles: true }));
  return row;
}

function removeRow(field, row) {
  const rows = rowsOf(field), at = rows.indexOf(row);
  if (rows.length === 1) blank(row);
  else row.remove();
  renumber(field);
  boxesOf(rowsOf(field)[Math.min(at, rowsOf(field).length - 1)])[0]?.focus();
  announce(`${at + 1}行目を削除しました。`);
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

function addRemovers(field) {
  const head = field.querySelector('thead tr');
  if (head && !head.querySelector('.row-remove-head')) head.append(element('th', { scope: 'col', class: 'row-remove-head' }, element('span', { class: 'visually-hidden', text: '削除' })));
  for (const row of rowsOf(field))
    if (!row.querySelector('.row-remove')) {
      const button = element('button', { type: 'button', class: 'button button-small row-remove-button', 'aria-label': 'この行を削除', text: '×' });
      row.append(element('td', { class: 'row-remove' }, button));
    }
}

function onEnter(field, event) {
  const box = event.target.closest('input, select');
  if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey || event.defaultPrevented || !box || !box.closest('[data-row]')) return;
  event.preventDefault();
  const boxes = rowsOf(field).flatMap(boxesOf), at = boxes.indexOf(box);
  if (at + 1 < boxes.length) boxes[at + 1].focus();
  else if (boxesOf(box.closest('[data-row]')).some((b) => b.value)) addRow(field);
}

// The server offers several blank rows for those without a script; with it, one is enough.
function dropSpareRows(field) {
  const isBlank = (row) => all('input, select, textarea', row).every((box) => (['checkbox', 'radio'].includes(box.type) ? !box.checked : !box.value));
  const rows = rowsOf(field);
  while (rows.length > 1 && isBlank(rows.at(-1)) && isBlank(rows.at(-2))) rows.pop().remove();
}

export function start() {
  for (const field of all('[data-rows]')) {
    dropSpareRows(field);
    addRemovers(field);
    field.addEventListener('keydown', (event) => onEnter(field, event));
    field.addEventListener('click', (event) => {
      if (event.target.closest('[data-row-add]')) {
        event.preventDefault();
        addRow(field);
      } else if (event.target.closest('.row-remove-button')) removeRow(field, event.target.closest('[data-row]'));
    });
  }
}
