// progress.js -- a running job tells how far it is; without the script the page is simply loaded again.
import { all } from './dom.js';

// "120 / 400件 (30%)"; nothing while the total is not known.
export function howFar(done, total) {
  return total > 0 ? `${done.toLocaleString('ja-JP')} / ${total.toLocaleString('ja-JP')}件（${Math.floor((done / total) * 100)}%）` : '';
}

function follow(section) {
  const bar = section.querySelector('.job-bar'), line = section.querySelector('.job-sentence');
  const source = new EventSource(section.dataset.stream);
  source.addEventListener('progress', (event) => {
    const { done, total, sentence } = JSON.parse(event.data);
    if (bar && total > 0) Object.assign(bar, { max: total, value: done });
    if (line) line.textContent = [sentence, howFar(done, total)].filter(Boolean).join('　');
  });
  source.addEventListener('end', () => {
    source.close();
    location.reload();
  });
  addEventListener('pagehide', () => source.close());
}

export const start = () => all('[data-stream]').filter((s) => !['done', 'failed', 'cancelled'].includes(s.dataset.jobState)).forEach(follow);
