// The map in the browser: without pictures of the land and with them, by mouse and by keyboard, on a desk and on a phone, and without a script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser, phone } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

const tiles = 'https://cyberjapandata.gsi.go.jp/**';
const tile = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+P+/HgAFhAJ/wlseKgAAAABJRU5ErkJggg==', 'base64');

// A person for whom the host of pictures answers or not; what the browser says about a picture that did not come is no fault of the page.
async function visitor(options, answers) {
  const person = await browser.person(options);
  const asked = [];
  await person.context.route(tiles, (route) => {
    asked.push(route.request().url());
    return answers ? route.fulfill({ contentType: 'image/png', body: tile }) : route.abort();
  });
  person.asked = asked;
  person.done = () => {
    person.complaints = person.complaints.filter((line) => !line.includes('cyberjapandata'));
    return person.leave();
  };
  return person;
}

const counted = (person) => person.page.locator('.map-list-head p').filter({ hasText: /件/ });

test('without pictures of the land the map stands on the outlines of the wards and the list says the same', async () => {
  const person = await visitor({}, false);
  const { page } = person;
  await person.goto('/directory/map');
  await person.sees('背景の地図を読み込めませんでした');
  await counted(person).waitFor();
  await page.locator('.map-view path.leaflet-interactive, .map-view svg path').first().waitFor({ state: 'attached' });
  assert.ok(await page.locator('.map-view svg path').count() >= 24);
  const onMap = await page.locator('.map-view .map-square, .map-view .map-pin').count();
  assert.ok(onMap > 3);
  assert.equal(await page.locator('.map-list > ol > li').count(), onMap);
  await person.look('map-wards', { paper: false });
  assert.equal(new URL(page.url()).search, '');
  await person.done();
});

test('going closer by keyboard leads from counts to single entries, and an entry tells why', async () => {
  const person = await visitor({}, true);
  const { page } = person;
  await person.goto('/directory/map');
  await counted(person).waitFor();
  const wide = await page.locator('.map-list').textContent();
  await page.locator('.map-view .leaflet-marker-icon', { has: page.locator('.map-square') }).first().focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction((text) => document.querySelector('.map-list').textContent !== text, wide);
  await person.goto('/directory/map?service=430');
  await counted(person).waitFor();
  for (let steps = 0; steps < 12 && !(await page.locator('.map-view .map-pin').count()); steps++) {
    const before = await page.locator('.map-list').textContent();
    await page.locator('.map-view .leaflet-marker-icon').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction((text) => document.querySelector('.map-list').textContent !== text, before);
  }
  const pin = page.locator('.map-view .leaflet-marker-icon', { has: page.locator('.map-pin') }).first();
  await pin.focus();
  await page.keyboard.press('Enter');
  const popup = page.locator('.map-popup');
  await popup.waitFor();
  await popup.getByText('居宅介護支援').first().waitFor();
  await person.look('map-entry', { paper: false });
  assert.ok(person.asked.length > 0);
  await popup.getByRole('link').first().click();
  await page.waitForURL('**/directory/*-*');
  await person.done();
});

test('a place is asked for on a phone; it stands in no address, neither of the page nor of its data', async () => {
  const person = await visitor({ size: phone }, false);
  const { page } = person;
  const addresses = [];
  page.on('request', (request) => addresses.push(decodeURIComponent(request.url())));
  await person.goto('/directory');
  await page.getByRole('link', { name: '地図で見る' }).click();
  await page.waitForURL('**/directory/map');
  await page.locator('#address').fill('大阪市北区');
  await page.getByRole('button', { name: 'さがす', exact: true }).click();
  await page.waitForURL('**/directory/map?s=**');
  await counted(person).waitFor();
  await person.fitsWidth();
  await person.look('map-phone', { paper: false });
  assert.ok(addresses.some((address) => address.includes('/map.geojson?')));
  assert.deepEqual(addresses.filter((address) => /北区/.test(address)), []);
  await page.getByRole('link', { name: '一覧だけで見る' }).click();
  await page.waitForURL('**/directory?s=**');
  await person.done();
});

test('without a script the page is the list, and says so', async () => {
  const person = await visitor({ script: false }, false);
  await person.goto('/directory/map?service=130');
  await person.sees('JavaScriptを有効に');
  assert.ok(await person.page.locator('.directory-item').count() > 0);
  await person.context.close();
});
