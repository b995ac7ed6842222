// chips.js -- inside a group of choices the digit keys choose; a long list gets a box that filters it.
import { all, element } from './dom.js';

// Half width, katakana as hiragana, no blanks: カイゴ finds かいご.
export function folded(text) {
  return text.normalize('NFKC').toLowerCase().replace(/[\u30a1-\u30f6]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0x60)).replace(/\s+/g, '');
}

function chooseByDigit(event) {
  if (!/^[0-9]$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const chip = event.currentTarget.querySelector(`.chip[data-key="${event.key}"]`);
  const input = chip?.querySelector('input');
  if (!input || input.disabled) return;
  event.preventDefault();
  input.focus();
  input.click();
}

function addFilter(select) {
  const label = document.querySelector(`label[for="${select.id}"]`)?.firstChild?.textContent?.trim() ?? '';
  const box = element('input', { class: 'input width-10 select-filter', type: 'text', autocomplete: 'off', 'aria-label': `${label}の選択肢をしぼりこむ`, 'data-no-draft': true });
  const hint = element('span', { class: 'select-filter-hint', text: 'しぼりこみ' });
  box.addEventListener('input', () => {
    const words = folded(box.value);
    let first = null;
    for (const option of select.options) {
      const fits = !option.value || option.selected || folded(option.text).includes(words);
      option.hidden = !fits;
      if (fits && option.value && !first && folded(option.text).includes(words)) first = option;
    }
    if (words && first && !select.multiple) {
      select.value = first.value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
  select.before(element('span', { class: 'select-filter-box' }, hint, box));
}

export function start() {
  for (const group of all('[data-keys]')) group.addEventListener('keydown', chooseByDigit);
  for (const select of all('select[data-filter]')) addFilter(select);
}
