// count.js -- how many characters are left of a long text.
import { all } from './dom.js';

export function leftSentence(text, most) {
  const left = most - [...text].length;
  return left >= 0 ? `あと ${left.toLocaleString('ja-JP')} 文字` : `${(-left).toLocaleString('ja-JP')} 文字超えています`;
}

export function start() {
  for (const box of all('[data-count]')) {
    const line = document.querySelector(`[data-count-for="${box.id}"]`);
    if (!line) continue;
    const most = Number(box.dataset.count);
    const tell = () => {
      line.textContent = leftSentence(box.value.replace(/\r\n/g, '\n'), most);
      line.classList.toggle('text-count-over', [...box.value].length > most);
    };
    box.addEventListener('input', tell);
  }
}
