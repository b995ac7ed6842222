// Finding an office: a coordinator on the phone looks for a 24-hour visiting nurse near an address who takes new patients today; a resident looks
// without an account; what is known is recorded and the next search tells it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Browser, phone, screens } from './browser.mjs';

let browser;
before(async () => { browser = await Browser.start(); }, { timeout: 180000 });
after(async () => { await browser?.stop(); });

const nurse = '（見本）梅田訪問看護ステーション', address = '大阪市北区天神橋3丁目5';

const unfold = (page) => page.locator('.directory-fold > summary').click();

async function searchForNurse(page) {
  await unfold(page);
  await page.getByLabel('サービス・機関の種類').selectOption({ label: '訪問看護' });
  await page.getByLabel('この住所から近い順').fill(address);
  await page.getByLabel('24時間対応').check();
  await page.getByLabel('新しい利用者を受け入れる').check();
  await page.getByLabel('いま空きがある').check();
  await page.getByRole('main').getByRole('button', { name: 'さがす' }).click();
  await page.waitForURL(/\/facilities\?.*s=/);
}

test('a coordinator finds a 24-hour visiting nurse near an address who takes new patients today, and sees how to reach her', async () => {
  for (const size of [undefined, phone]) {
    const person = await browser.person(size ? { size } : {});
    const { page } = person;
    await person.signIn('coordinator');
    await person.goto('/facilities');
    if (!size) await person.look('directory-start', { paper: false });
    await searchForNurse(page);
    assert.ok(!decodeURIComponent(page.url()).includes('天神橋'), 'no address of a home stands in the address of the page');
    await person.sees('番地まで合いました');
    const first = page.locator('.directory-item').first();
    assert.match(await first.innerText(), /（見本）/);
    assert.match(await first.locator('.directory-reason').innerText(), /受.*直線.*km|直線.*m/);
    assert.equal(await page.locator('.filter-chip', { hasText: '24時間対応' }).count(), 1);
    assert.match(await page.locator('.directory-fold > summary').innerText(), /4つ/);
    assert.ok(await first.evaluate((item) => item.getBoundingClientRect().top < innerHeight), 'what was found is seen at once');
    if (!size) await person.look('directory-found', { paper: false });
    else await page.screenshot({ path: join(screens, 'directory-found-at-once-phone.png') });
    await page.getByRole('link', { name: nurse }).click();
    await page.getByRole('heading', { level: 1, name: nurse }).waitFor();
    await person.sees('医師に電話できる時間');
    await person.sees(/(今日|日前に)確認/);
    if (!size) await person.look('directory-entry', { paper: false });
    await person.leave();
  }
});

test('conditions come off one by one, nothing found says what to do, and the keyboard is enough', async () => {
  const person = await browser.person();
  const { page } = person;
  await person.signIn('coordinator');
  await person.goto('/facilities');
  await person.field('名称・サービス・住所');
  await person.type('ありえない名前です', '{Enter}');
  await person.sees('条件に合う事業所がありません');
  await person.look('directory-nothing', { paper: false });
  await page.locator('.filter-chip').first().click();
  await page.locator('.directory-item').first().waitFor();
  await person.goto('/facilities?q=%E3%81%8F%E3%82%8A%E3%81%AB%E3%81%A3%E3%81%8F'); // くりにっく
  assert.match(await page.locator('.directory-item').first().innerText(), /クリニック/);
  await person.leave();
});

test('an address that nobody knows is told beside its field, and one far away says that nothing was found near it', async () => {
  const person = await browser.person({ size: phone });
  const { page } = person;
  const search = () => page.getByRole('main').getByRole('button', { name: 'さがす' }).click();
  await person.signIn('coordinator');
  await person.goto('/facilities');
  await page.getByLabel('この住所から近い順').fill('どこでもない町1-1');
  await search();
  await page.locator('#address-error').waitFor();
  assert.equal(await page.locator('#address').inputValue(), 'どこでもない町1-1');
  await person.look('directory-wrong-address', { paper: false });
  await page.locator('#address').fill('北海道札幌市中央区北1条西2丁目');
  await search();
  await person.sees('住所から50 kmまでをさがしました');
  await person.look('directory-far-away', { paper: false });
  person.complaints = person.complaints.filter((said) => !said.includes('422')); // the refusal this journey asked for
  await person.leave();
});

test('the list is seen at once on a phone, whatever is set; its conditions are one tap away', async () => {
  const person = await browser.person({ size: phone });
  await person.signIn('coordinator');
  for (const address of ['/facilities', '/facilities?service=110&area=271276']) {
    await person.goto(address);
    const top = await person.page.locator('.directory-item').first().evaluate((item) => item.getBoundingClientRect().top);
    assert.ok(top < 844 - 60, `the first entry stands at ${top} px`);
  }
  await unfold(person.page);
  assert.ok(await person.page.getByLabel('診療科').isVisible());
  await person.look('directory-conditions', { paper: false });
  await person.leave();
});

test('what a coordinator confirms by phone is recorded and told from then on', async () => {
  const person = await browser.person();
  const { page } = person;
  await person.signIn('coordinator');
  await person.goto('/facilities?q=%E4%B8%AD%E6%B4%A5%E8%A8%AA%E5%95%8F%E7%9C%8B%E8%AD%B7'); // 中津訪問看護
  await page.locator('.directory-item a.row-link').first().click();
  await page.getByRole('link', { name: '地域で確かめたことを記録する' }).click();
  await page.locator('[data-field=round_the_clock]').getByText('はい', { exact: true }).click();
  await page.getByLabel('直通電話').fill('06-0000-9999');
  await person.look('directory-facts-form', { paper: false });
  await page.getByRole('button', { name: '保存する' }).click();
  await person.sees('今日確認');
  await person.sees('06-0000-9999');
  await person.leave();
});

test('a resident finds an office without an account, and sees what is for residents only', async () => {
  const person = await browser.person();
  const { page } = person;
  await person.goto('/directory');
  await person.look('directory-public', { paper: false });
  await page.getByLabel('この住所から近い順').fill(address);
  await unfold(page);
  await page.getByLabel('24時間対応').check();
  assert.equal(await page.getByLabel('新しい利用者を受け入れる').count(), 0);
  await page.getByRole('button', { name: 'さがす' }).click();
  await page.waitForURL(/\/directory\?.*s=/);
  await page.getByRole('link', { name: nurse }).click();
  await page.getByRole('heading', { level: 1, name: nurse }).waitFor();
  assert.equal(await page.getByText('医師に電話できる時間').count(), 0);
  assert.match(await page.locator('link[rel=canonical]').getAttribute('href'), /\/directory\//);
  await person.look('directory-public-entry');
  await person.leave();
});
