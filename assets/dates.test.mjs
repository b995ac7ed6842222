import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMonths, parseDate, parseTime, wareki, warekiShort } from './dates.js';

const today = '2024-11-30';

test('the ways people write one day all give that day', () => {
  const ways = ['r6.11.30', 'R6.11.30', 'R06.11.30', 'R6/11/30', 'r6-11-30', '令和6年11月30日', '令6.11.30', '2024-11-30', '2024/11/30', '2024年11月30日',
    '20241130', 'R061130', '11/30', '11月30日', '30日', '今日', '本日', 'Ｒ６．１１．３０', '　令和 6 年 11 月 30 日 ', '令和６年１１月３０日（土）', '11/30(土)',
    '令和6年11月30日(土曜日)', '平成36年11月30日', '昭和99年11月30日'];
  for (const typed of ways) assert.equal(parseDate(typed, today), '2024-11-30', typed);
});
test('words, old eras and eras that had ended are understood', () => {
  const table = { 昨日: '2024-11-29', 一昨日: '2024-11-28', 明日: '2024-12-01', 令和元年5月1日: '2019-05-01', 平成37年3月31日: '2025-03-31', 'S16.12.8': '1941-12-08', 'M6.1.1': '1873-01-01' };
  for (const [typed, iso] of Object.entries(table)) assert.equal(parseDate(typed, today), iso, typed);
});
test('a date without year is the nearest that is not more than six months ahead', () => {
  const table = { '12/1': '2024-12-01', '1/15': '2025-01-15', '5/30': '2025-05-30', '5/31': '2024-05-31', '7/1': '2024-07-01', '2/29': '2024-02-29', '1日': '2024-12-01', '20日': '2024-11-20', '31日': '2024-10-31' };
  for (const [typed, iso] of Object.entries(table)) assert.equal(parseDate(typed, today), iso, typed);
  assert.equal(parseDate('12/28', '2025-01-06'), '2024-12-28');
});
test('what is no date stays none', () => {
  for (const typed of ['', ' ', '今日は', '2024-02-30', '2023-02-29', 'R6.13.1', 'R6.0.1', 'R0.1.1', '令和年1月1日', '2024-11', '11', '1130', '99991231', '24/11/30', 'X6.11.30',
    'R6.11.30x', '11/31', '32日', '0日', '令和6年11月30日(日)', '明治5年12月2日', 'R6.11.', 'R6..30', '-1/-1', '日', '2024--11-30', 'R6年', '20241131', 'R061131', '2/30'])
    assert.equal(parseDate(typed, today), null, typed);
});
test('the day decides the era', () => {
  const table = { '2024-11-30': '令和6年11月30日(土)', '2019-05-01': '令和元年5月1日(水)', '2019-04-30': '平成31年4月30日(火)', '1989-01-07': '昭和64年1月7日(土)', '1926-12-24': '大正15年12月24日(金)' };
  for (const [iso, said] of Object.entries(table)) assert.equal(wareki(iso), said);
  assert.equal(warekiShort('2024-11-30'), 'R6.11.30');
});
test('months are added within the month', () => {
  assert.equal(addMonths('2024-01-31', 1), '2024-02-29');
  assert.equal(addMonths('2024-11-30', 14), '2026-01-30');
});
test('times are taken as they are spoken and typed', () => {
  for (const typed of ['14:03', '1403', '14時3分', '１４：０３']) assert.equal(parseTime(typed), '14:03', typed);
  assert.equal(parseTime('9時'), '09:00');
  for (const typed of ['24:00', '1260', '2:03 PM', '']) assert.equal(parseTime(typed), null, typed);
});
