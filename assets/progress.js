// progress.js -- a running job tells how far it is; without the script the page is simply loaded again.
import { all } from './dom.js';

// "120 / 400件 (30%)"; nothing while the total is not known.
export function howFar(done, total) {
  return total > 0 ? `${done.toLocaleString('ja-JP')} / ${total.toLocaleString('ja-JP')}件（${Math.floor((done / total) * 100)}%）` : '';
}

const QUIET_MS = 10000;

// Asked anew when nothing came for a while: the first answer always tells how far the job is and whether it ended, also when
// another node runs it.
function follow(section) {
  const bar = section.querySelector('.job-bar'), line = section.querySelector('.job-sentence');
  let source, heard;
  const tell = (event) => {
    heard = Date.now();
    const { done, total, sentence } = JSON.parse(event.data);
    if (bar && total > 0) Object.assign(bar, { max: total, value: done });
    if (line) line.textContent = [sentence, howFar(done, total)].filter(Boolean).join('　');
  };
  const listen = () => {
    source?.close();
    heard = Date.now();
    source = new EventSource(section.dataset.stream);
    source.addEventListener('progress', tell);
    source.addEventListener('end', () => {
      source.close();
      location.reload();
    });
  };
  listen();
  const watch = setInterval(() => { if (Date.now() - heard > QUIET_MS) listen(); }, 1000);
  addEventListener('pagehide', () => {
    clearInterval(watch);
    source.close();
  });
}

export const start = () => all('[data-stream]').filter((s) => !['done', 'failed', 'cancelled'].includes(s.dataset.jobState)).forEach(follow);
