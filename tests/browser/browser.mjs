// browser.mjs -- what a journey says: sign in, press keys, look.  Chromium at desk and phone size on a service of its own; every screenshot is
// kept under build/screens/ and every page that is looked at must have no axe violation.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root, run, Service } from '../support/service.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const screens = join(root, 'build/screens');
export const desk = { width: 1280, height: 900 }, phone = { width: 390, height: 844 };

export const roles = {
  coordinator: 'コーディネーター', contractor_manager: '受託法人責任者', ward_officer: '区役所', health_bureau: '健康局',
  system_administrator: 'システム管理者', viewer: '閲覧',
};

function chromiumPath() {
  const path = [process.env.RENKEI_CHROMIUM, '/usr/bin/chromium'].find((p) => p && existsSync(p));
  return path ?? chromium.executablePath();
}

export class Browser {
  static async start(options) {
    const it = new Browser();
    it.service = await Service.start(options);
    // No sandbox: the tests run as root in a bare root folder, and only visit the service.
    it.chromium = await chromium.launch({
      executablePath: chromiumPath(), headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
    });
    mkdirSync(screens, { recursive: true });
    return it;
  }

  async stop() {
    await this.chromium?.close();
    await this.service.stop();
  }

  // A person at a fresh machine.  Anything the page complains about fails the journey at the end.
  async person({ size = desk, script = true, zoom = 1 } = {}) {
    const context = await this.chromium.newContext({
      baseURL: this.service.url, viewport: { width: size.width / zoom, height: size.height / zoom }, deviceScaleFactor: zoom, locale: 'ja-JP',
      timezoneId: 'Asia/Tokyo', javaScriptEnabled: script, hasTouch: size === phone, acceptDownloads: true,
    });
    context.setDefaultTimeout(60000); // a busy machine is slow, and what never comes is told all the same
    return new Person(this, context, await context.newPage());
  }
}

class Person {
  constructor(browser, context, page) {
    Object.assign(this, { browser, context, page, complaints: [] });
    page.on('pageerror', (error) => this.complaints.push(`script: ${error.message}`));
    page.on('console', (message) => { if (message.type() === 'error') this.complaints.push(`console: ${message.text()} ${message.location().url ?? ''}`); });
  }

  // One click in demo mode, as the role.
  async signIn(role) {
    await this.page.goto('/');
    await this.page.getByRole('button', { name: roles[role] }).first().click();
    await this.page.locator('nav.rail').waitFor();
  }

  async goto(path) {
    const reply = await this.page.goto(path);
    assert.ok(reply.status() < 400, `${path} answered ${reply.status()}`);
  }

  // Types as hands do: each text or key in turn.  {Enter}, {Tab}, {Control+Enter} are keys.
  async type(...strokes) {
    for (const stroke of strokes) {
      const key = stroke.match(/^\{(.+)\}$/)?.[1];
      if (key) await this.page.keyboard.press(key);
      else if (/^[\x20-\x7e]+$/.test(stroke)) await this.page.keyboard.type(stroke);
      else await this.page.keyboard.insertText(stroke);
    }
  }

  // The field by its label; typing goes on there.
  async field(label) {
    const box = this.page.getByLabel(label, { exact: false }).first();
    await box.focus();
    return box;
  }

  // Goes on with Tab, as hands on the keyboard do, to the first box of the field (or to the button or link) of that name.
  async tabTo(name) {
    for (let steps = 0; steps < 250; steps++) {
      await this.page.keyboard.press('Tab');
      const here = await this.page.evaluate((wanted) => {
        const at = document.activeElement;
        return at.getAttribute('name') === wanted || at.closest('[data-field]')?.dataset.field === wanted || at.textContent.trim() === wanted;
      }, name);
      if (here) return;
    }
    throw new Error(`Tab never came to ${name}`);
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor();
  }

  async axe() {
    // By the debugger's own door, so that the page keeps its strict content security policy.
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`), []);
  }

  async fitsWidth() {
    const [page, window] = await this.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(page <= window, `the page is ${page} px wide on a screen of ${window}`);
  }

  // A screenshot at desk and phone size and on paper, with axe at both sizes.
  async look(name, { paper = true } = {}) {
    for (const [size, label] of [[phone, 'phone'], [desk, 'desk']]) {
      await this.page.setViewportSize(size);
      await this.page.evaluate(() => scrollTo(0, 0));
      await this.fitsWidth();
      // A window as tall as the page: what sticks to its foot stands at the foot of the picture.
      const height = await this.page.evaluate(() => document.documentElement.scrollHeight);
      await this.page.setViewportSize({ width: size.width, height: Math.min(Math.max(height, size.height), 12000) });
      await this.page.screenshot({ path: join(screens, `${name}-${label}.png`), animations: 'disabled' });
      await this.page.setViewportSize(size);
      await this.axe();
    }
    if (paper) await this.print(name);
  }

  async print(name) {
    const pdf = join(screens, `${name}-print.pdf`);
    await this.page.pdf({ path: pdf, format: 'A4', preferCSSPageSize: true });
    const made = await run('pdftoppm', ['-r', '80', '-png', '-f', '1', '-l', '1', '-singlefile', pdf, pdf.slice(0, -4)]);
    assert.equal(made.code, 0, made.stderr);
  }

  // Clicks and returns what was downloaded: { name, path }.
  async download(click) {
    const [download] = await Promise.all([this.page.waitForEvent('download'), click()]);
    return { name: download.suggestedFilename(), path: await download.path() };
  }

  // Ends; nothing may have gone wrong in the page.
  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }
}
