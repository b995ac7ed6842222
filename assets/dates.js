// dates.js -- reads dates as people type them and says them in eras.  The server reads them again; this is the echo beside the field.
// Rules: src/base/date.h (date_parse).
import { all, element } from './dom.js';

const eras = [
  { letter: 'R', short: '令', name: '令和', first: '2019-05-01' },
  { letter: 'H', short: '平', name: '平成', first: '1989-01-08' },
  { letter: 'S', short: '昭', name: '昭和', first: '1926-12-25' },
  { letter: 'T', short: '大', name: '大正', first: '1912-07-30' },
  { letter: 'M', short: '明', name: '明治', first: '1868-01-25' },
];
const words = { 今日: 0, きょう: 0, 本日: 0, 昨日: -1, きのう: -1, 一昨日: -2, おととい: -2, 明日: 1, あした: 1, 明後日: 2, あさって: 2 };
const dayMs = 86400000;
const gregorianSince = '1873-01-01';

const two = (n) => String(n).padStart(2, '0');
const utc = (iso) => new Date(`${iso}T00:00:00Z`);

// ISO text of a day that exists, or null.
function day(year, month, date) {
  if (year < 1868 || year > 2200 || month < 1 || month > 12 || date < 1) return null;
  const at = new Date(Date.UTC(year, month - 1, date));
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === date ? `${year}-${two(month)}-${two(date)}` : null;
}

export function addDays(iso, days) {
  return new Date(utc(iso).getTime() + days * dayMs).toISOString().slice(0, 10);
}

export function addMonths(iso, months) {
  const [year, month, date] = iso.split('-').map(Number);
  const at = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(Math.min(date, last))}`;
}

// The candidate nearest to today that is not more than six months ahead.
function nearest(candidates, today) {
  const limit = addMonths(today, 6);
  const away = (iso) => Math.abs(utc(iso) - utc(today));
  return candidates.filter((iso) => iso && iso <= limit).sort((x, y) => away(x) - away(y))[0] ?? null;
}

// "r6.11.30", "令和6年11月30日", "2024-11-30", "20241130", "11/30", "30日", "今日" ... to ISO text; null when it cannot be a date.
export function parseDate(typed, today) {
  const [, text, weekday] = typed.normalize('NFKC').replace(/\s+/g, '').match(/^(.*?)(?:[(]([日月火水木金土])(?:曜日?)?[)])?$/);
  const iso = parseText(text, today);
  return iso && weekday && weekdayOf(iso) !== weekday ? null : iso;
}

function parseText(text, today) {
  if (text in words) return addDays(today, words[text]);
  const year = Number(today.slice(0, 4)), month = Number(today.slice(5, 7));
  const separator = '[-./年月]';
  const era = '(令和|平成|昭和|大正|明治|[令平昭大明rhstm])';
  let m = text.match(new RegExp(`^${era}(元|\\d{1,2})${separator}(\\d{1,2})${separator}(\\d{1,2})日?$`, 'i')) ??
    text.match(new RegExp(`^${era}(\\d{2})(\\d{2})(\\d{2})$`, 'i'));
  if (m) {
    const era = eras.find((e) => [e.letter, e.short, e.name].includes(m[1].toUpperCase()));
    const number = m[2] === '元' ? 1 : Number(m[2]);
    const iso = number ? day(Number(era.first.slice(0, 4)) + number - 1, Number(m[3]), Number(m[4])) : null;
    return iso && iso >= gregorianSince ? iso : null;
  }
  m = text.match(new RegExp(`^(\\d{4})${separator}(\\d{1,2})${separator}(\\d{1,2})日?$`)) ?? text.match(/^(\d{4})(\d{2})(\d{2})$/);
  if (m) return day(Number(m[1]), Number(m[2]), Number(m[3]));
  m = text.match(/^(\d{1,2})[-./月](\d{1,2})日?$/);
  if (m) return nearest([-1, 0, 1].map((n) => day(year + n, Number(m[1]), Number(m[2]))), today);
  m = text.match(/^(\d{1,2})日$/);
  if (m)
    return nearest([-1, 0, 1].map((n) => {
      const at = addMonths(`${year}-${two(month)}-01`, n);
      return day(Number(at.slice(0, 4)), Number(at.slice(5, 7)), Number(m[1]));
    }), today);
  return null;
}

const weekdayOf = (iso) => '日月火水木金土'[utc(iso).getUTCDay()];
const eraOf = (iso) => eras.find((e) => iso >= e.first);

// 令和6年11月30日(土)
export function wareki(iso) {
  const era = eraOf(iso);
  const [year, month, date] = iso.split('-').map(Number);
  const number = year - Number(era.first.slice(0, 4)) + 1;
  return `${era.name}${number === 1 ? '元' : number}年${month}月${date}日(${weekdayOf(iso)})`;
}

// R6.11.30
export function warekiShort(iso) {
  const era = eraOf(iso);
  const [year, month, date] = iso.split('-').map(Number);
  return `${era.letter}${year - Number(era.first.slice(0, 4)) + 1}.${month}.${date}`;
}

// "1403", "14時3分", "14:03" to "14:03"; null when it is no time of day.
export function parseTime(typed) {
  const text = typed.normalize('NFKC').trim();
  const m = text.match(/^(\d{1,2})[:時](\d{1,2})分?$/) ?? text.match(/^(\d{1,2})時()$/) ?? text.match(/^(\d{1,2})(\d{2})$/);
  if (!m) return null;
  const [hour, minute] = [Number(m[1]), Number(m[2] || 0)];
  return hour < 24 && minute < 60 ? `${two(hour)}:${two(minute)}` : null;
}

// The day in Japan as the server sees it; a page that stays open over midnight asks the clock.
const loadedAt = Date.now();
const dayInJapan = (ms) => new Date(ms + 9 * 3600000).toISOString().slice(0, 10);
function todayInJapan() {
  const given = document.body.dataset.today, now = Date.now();
  return given && dayInJapan(now) === dayInJapan(loadedAt) ? given : dayInJapan(now);
}

function addCalendar(input, box, echo) {
  const label = document.querySelector(`label[for="${input.id}"]`)?.firstChild?.textContent?.trim() ?? '日付';
  const native = element('input', { type: 'date', class: 'date-native', tabindex: '-1', 'aria-hidden': 'true' });
  const button = element('button', { type: 'button', class: 'button button-small date-button', 'aria-label': `${label}をカレンダーから選ぶ`, text: '暦' });
  button.addEventListener('click', () => {
    native.value = parseDate(input.value, todayInJapan()) ?? '';
    try { native.showPicker(); } catch { native.focus(); }
  });
  native.addEventListener('change', () => {
    if (!native.value) return;
    input.value = warekiShort(native.value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.focus();
  });
  box.insertBefore(button, echo);
  box.insertBefore(native, echo);
}

export function attach(root = document) {
  for (const input of all('[data-date]', root)) {
    const box = input.closest('.date');
    const echo = box?.querySelector('.date-echo');
    if (!echo || box.querySelector('.date-button')) continue;
    input.addEventListener('input', () => {
      const iso = input.value.trim() ? parseDate(input.value, todayInJapan()) : null;
      echo.textContent = iso ? wareki(iso) : input.value.trim() ? '日付として読めません' : '';
      echo.title = iso ?? '';
      echo.classList.toggle('date-echo-wrong', !iso && input.value.trim() !== '');
    });
    addCalendar(input, box, echo);
  }
  for (const input of all('[data-time]', root))
    input.addEventListener('change', () => { input.value = parseTime(input.value) ?? input.value; });
}
export const start = () => attach();
