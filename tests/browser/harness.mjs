// harness -- a server on a fresh demonstration, pages of Chromium, and the checks that every page
// must stand. Journeys say journey('a sentence', async (t) => { ... }) and get all of it through t.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { HtmlValidate } from 'html-validate';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const journeys = [];
// after: the name of a journey that this one goes on from.
export function journey(name, run, { timeout = 180_000, after = null } = {}) {
  journeys.push({ name, run, timeout, after });
}

// ---- the program ----

export const scratch = mkdtempSync(join(tmpdir(), 'shangliang-browser-'));
export const output = new URL('../../build-browser/', import.meta.url).pathname;
let template = null;

export function program() {
  const path = process.env.SHANGLIANG;
  if (!path) throw new Error('SHANGLIANG must name the program');
  return path;
}

// A folder with the demonstration: made once, copied for each journey.
function demonstration() {
  if (!template) {
    const folder = join(scratch, 'template');
    const made = spawnSync(program(), ['demo', folder], { encoding: 'utf8' });
    if (made.error) throw made.error;
    assert.equal(made.status, 0, `shangliang demo: ${made.stderr}`);
    assert.ok(existsSync(join(folder, 'sign-ins.txt')), 'shangliang demo makes no sign-ins.txt');
    template = folder;
  }
  return copyOf(template);
}

function copyOf(folder) {
  const copy = join(mkdtempSync(join(scratch, 'run-')), 'demo');
  cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// role, sign-in name and password, separated by tabs; the first of a role is the one used.
function readSignIns(folder) {
  const people = new Map();
  for (const line of readFileSync(join(folder, 'sign-ins.txt'), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [role, login, password] = line.split('\t');
    if (!people.has(role)) people.set(role, { role, login, password });
  }
  return people;
}

export class Server {
  // as: a server that was stopped, whose folder and sign-ins are copied.
  static async start({ as = null, clock = null } = {}) {
    const server = new Server();
    server.folder = as ? copyOf(as.folder) : demonstration();
    server.people = readSignIns(server.folder);
    server.cookies = new Map(as?.cookies);
    await server.run(clock);
    return server;
  }

  // clock: an ISO time; the program's own clock then goes on from there.
  async run(clock) {
    const port = await freePort();
    this.address = `http://127.0.0.1:${port}`;
    this.log = join(this.folder, 'serve.log');
    const log = openSync(this.log, 'a');
    // From beside it: pages that name the folder name no folder of this machine.
    const options = ['serve', basename(this.folder), '--listen', `127.0.0.1:${port}`];
    if (clock) options.push('--clock', clock);
    this.child = spawn(program(), options, { cwd: dirname(this.folder), stdio: ['ignore', log, log] });
    this.ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve(code ?? signal)));
    await this.answers();
  }

  async answers() {
    const end = Date.now() + 10_000;
    while (Date.now() < end) {
      if (this.child.exitCode !== null) break;
      try {
        const answer = await fetch(`${this.address}/`);
        if (answer.status < 500) return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error(`the server does not answer:\n${readFileSync(this.log, 'utf8').slice(-2000)}`);
  }

  async restart({ clock = null } = {}) {
    await this.stop();
    this.cookies.clear(); // sign-ins end by the program's clock
    await this.run(clock);
  }

  // It must end by itself, and with 0, when asked to.
  async stop() {
    if (!this.child) return;
    const child = this.child;
    this.child = null;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const code = await this.ended;
    clearTimeout(late);
    assert.equal(code, 0, `the server ended with ${code}`);
  }

  // What a statement gives, as the outbox and other things have no page.
  rows(statement) {
    const asked = spawnSync('sqlite3', ['-readonly', join(this.folder, 'shangliang.db'), statement], { encoding: 'utf8' });
    if (asked.error) throw asked.error;
    assert.equal(asked.status, 0, asked.stderr);
    return asked.stdout.split('\n').filter((line) => line !== '');
  }

  person(role) {
    const found = this.people.get(role);
    assert.ok(found, `no demonstration sign-in for the role ${role}`);
    return found;
  }
}

// ---- the browser ----

let browser = null; // a promise: journeys that begin together share one

export function launch() {
  browser ??= chromium.launch({
    // What the browser itself writes, as in a date or on the button that chooses files.
    env: { ...process.env, LANGUAGE: 'zh_CN' },
    // The engine without windows, tabs and menus, which would take half of the time.
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return browser;
}

export async function closeBrowser() {
  if (browser) await (await browser).close();
  browser = null;
  rmSync(scratch, { recursive: true, force: true });
}

const sizes = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1200, height: 800 } },
};

// A page in a fresh profile. What goes wrong behind the page (script errors, refused styles,
// requests to other hosts) is remembered in page.trouble.
export async function openPage(address, { size = 'desktop', lang = 'zh', scripts = true, dark = false, scale = null } = {}) {
  const context = await (await launch()).newContext({
    ...sizes[size],
    ...(scale && { deviceScaleFactor: scale }),
    baseURL: address,
    locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    javaScriptEnabled: scripts,
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.lang = lang;
  page.scripts = scripts;
  page.trouble = [];
  page.on('pageerror', (error) => page.trouble.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    // A refused form (403, 422) is a page like any other; Chromium reports it as a failed load.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      page.trouble.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${address}/`) && !url.startsWith('data:') && !url.startsWith('blob:')) {
      page.trouble.push(`request to elsewhere: ${url}`);
    }
  });
  return page;
}

// ---- the checks ----

// axe: nothing serious or critical on the page as it stands. It needs the page's timers, so it
// cannot run with scripts off.
export async function axe(page, { where = page.url(), rules = null } = {}) {
  assert.ok(page.scripts, 'axe needs a page with scripts on');
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  if (!isThere) await page.evaluate(axeSource);
  const violations = await page.evaluate((only) => globalThis.axe.run(document, {
    resultTypes: ['violations'], preload: false, iframes: false, ...(only && { runOnly: only }),
  }).then((r) => r.violations), rules);
  const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  const lines = grave.map((v) => `${v.id} (${v.impact}): ${v.help}\n`
    + v.nodes.slice(0, 3).map((n) => `      ${n.html.slice(0, 160)}`).join('\n'));
  assert.equal(grave.length, 0, `axe on ${where}:\n    ${lines.join('\n    ')}`);
}

// Nothing sticks out at the right: people on phones never scroll sideways.
export async function noHorizontalScroll(page, where = page.url()) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return null;
    const name = (e) => e.tagName.toLowerCase() + (e.className ? `.${e.className}` : '');
    const guilty = [...document.body.querySelectorAll('*')]
      .filter((e) => e.getBoundingClientRect().right > room + 1).slice(0, 3).map(name);
    return `${document.documentElement.scrollWidth} px in ${room} px: ${guilty.join(', ')}`;
  });
  assert.equal(wide, null, `${where} scrolls sideways: ${wide}`);
}

// What is pressed is large enough for a finger: 44 px, in large type 60 px.
export async function largeTargets(page, least = 44, where = page.url()) {
  const small = await page.evaluate((min) => {
    const found = [];
    // A hidden first button, so that Enter means what it says, is nobody's target.
    const targets = 'button:not([aria-hidden]), select, summary, textarea, nav a, a[role="button"], input:not([type="hidden"])';
    for (const e of document.querySelectorAll(targets)) {
      const isBox = e.matches('input[type="checkbox"], input[type="radio"]');
      const box = ((isBox && e.closest('label')) || e).getBoundingClientRect();
      const isShown = box.width > 1 && box.height > 1 && getComputedStyle(e).visibility !== 'hidden';
      if (isShown && box.height < min - 0.5) {
        found.push(`${Math.round(box.height)} px: ${e.outerHTML.slice(0, 120)}`);
      }
    }
    return found.slice(0, 5);
  }, least);
  assert.equal(small.length, 0, `${where}: targets under ${least} px:\n    ${small.join('\n    ')}`);
}

const validator = new HtmlValidate({
  extends: ['html-validate:standard'],
  rules: {
    'no-trailing-whitespace': 'off', // templates leave some; nobody sees it
    'long-title': 'off', // a matter's title is as long as its raiser wrote it
    'void-style': 'off',
    'doctype-style': 'off',
    'attr-quotes': 'off',
    'no-inline-style': 'error',
    'no-implicit-button-type': 'off', // a button of a form sends it: the language's own rule
  },
});

// The markup as sent is valid HTML.
export async function validHtml(text, where) {
  const report = await validator.validateString(text);
  const lines = report.results.flatMap((r) => r.messages)
    .filter((m) => m.severity === 2).map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
  assert.equal(lines.length, 0, `${where} is no valid HTML:\n    ${lines.slice(0, 10).join('\n    ')}`);
}

export async function expectText(page, text, ms = 5_000) {
  try {
    await page.locator('body').getByText(text).first().waitFor({ state: 'visible', timeout: ms });
  } catch {
    const seen = (await page.locator('body').innerText()).slice(0, 1500);
    assert.fail(`${page.url()} does not say ${text}; it says:\n${seen}`);
  }
}

export async function expectNoText(page, text) {
  const count = await page.locator('body').getByText(text).filter({ visible: true }).count();
  assert.equal(count, 0, `${page.url()} says ${text}`);
}

// Go to a path and see the status the page must have.
export async function visit(page, path, status = 200) {
  const answer = await page.goto(path);
  assert.equal(answer.status(), status, `${path}: status ${answer.status()} instead of ${status}`);
  return answer;
}

// Press something that loads the next page; gives back its status.
export async function press(page, locator) {
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().isNavigationRequest() && r.frame() === page.mainFrame()
      && (r.status() < 300 || r.status() >= 400)),
    locator.click(),
  ]);
  await page.waitForLoadState();
  return answer.status();
}

export function noTrouble(page) {
  assert.equal(page.trouble.length, 0, `behind the page something went wrong:\n    ${page.trouble.join('\n    ')}`);
}

// ---- what a journey gets ----

// Everything opened through t is closed at its end; t.check counts a part of a journey by itself
// and goes on when it fails.
export class Journey {
  constructor(name) {
    this.name = name;
    this.servers = [];
    this.pages = [];
    this.checks = [];
  }

  async server(options) {
    const server = await Server.start(options);
    this.servers.push(server);
    return server;
  }

  async page(server, options) {
    const page = await openPage(typeof server === 'string' ? server : server.address, options);
    this.pages.push(page);
    return page;
  }

  async check(name, run) {
    try {
      await run();
      this.checks.push({ name });
    } catch (error) {
      this.checks.push({ name, error });
    }
  }

  // Pictures and markup of the open pages, to be looked at after a failure.
  async keepPages() {
    mkdirSync(output, { recursive: true });
    for (const [i, page] of this.pages.entries()) {
      const base = join(output, `${this.name.replaceAll(/[^a-z0-9]+/gi, '-')}-${i + 1}`);
      try {
        await page.screenshot({ path: `${base}.png`, fullPage: true, timeout: 5_000 });
        writeFileSync(`${base}.html`, await page.content());
      } catch {
        // The page is gone; the message of the failure has to do.
      }
    }
  }

  async close() {
    for (const page of this.pages) await page.context().close().catch(() => {});
    let fault = null;
    for (const server of this.servers) {
      await server.stop().catch((error) => { fault ??= error; });
    }
    if (fault) throw fault;
  }
}
