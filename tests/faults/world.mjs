// world -- real instances, real servers and clients that fill in forms as people do: what the
// cases of run.mjs are told with.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const examples = new URL('../../examples/zhengzhou', import.meta.url).pathname;

export const scratch = mkdtempSync(join(tmpdir(), 'shangliang-faults-'));
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Until `what` gives something true; at the end `else` says what was waited for.
export async function until(what, otherwise, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await what();
    if (found) return found;
    assert.ok(Date.now() < end, otherwise);
    await sleep(20);
  }
}

// ---- the program ----

export function program() {
  const path = process.env.SHANGLIANG;
  if (!path) throw new Error('SHANGLIANG must name the program');
  return path;
}

const living = new Set();

// Everything that was begun here, whatever became of the case.
export function endAll() {
  for (const child of living) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}

export function begin(command, args, options) {
  const child = spawn(command, args, options);
  living.add(child);
  child.ended = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      living.delete(child);
      resolve(code ?? signal);
    });
  });
  return child;
}

// ---- an instance ----

export class Instance {
  // prefix: what the program is to be run by, as where the folder is on a disk of its own.
  constructor(folder, { db = null, prefix = [] } = {}) {
    this.folder = folder;
    this.db = db;
    this.prefix = prefix;
    this.log = join(scratch, `${folder.replaceAll('/', '-')}.log`);
  }

  // Empty but for the example records; a demonstration, so that codes are shown on the page.
  static make(name, { db = null, prefix = [], parent = scratch, outside = parent } = {}) {
    const instance = new Instance(join(parent, name), { db, prefix });
    instance.command(['init', instance.folder, ...(db ? ['--db', db] : [])]);
    const config = join(outside, name, 'config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8')
      .replace('demonstration: false', 'demonstration: true').replace('shows_codes: false', 'shows_codes: true'));
    instance.command(['import', instance.folder, examples]);
    return instance;
  }

  line(args) {
    const all = [...this.prefix, program(), ...args];
    return [all[0], all.slice(1)];
  }

  run(args) {
    const done = spawnSync(...this.line(args), { encoding: 'utf8', timeout: 20_000 });
    if (done.error) throw done.error;
    return done;
  }

  command(args) {
    const done = this.run(args);
    assert.equal(done.status, 0, `shangliang ${args.join(' ')}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  person(login) {
    return this.command(['person', 'add', this.folder, login, login, '--verified', '2']).trim().split('\n').at(-1);
  }

  // Serve until `stop` or `kill`; port 0 is any that is free.
  async start(port = 0) {
    const log = openSync(this.log, 'a');
    const [command, args] = this.line(['serve', this.folder, '--listen', `127.0.0.1:${port}`]);
    const child = begin(command, args, { stdio: ['ignore', 'pipe', log] });
    this.child = child;
    let said = '';
    child.stdout.on('data', (bytes) => { said += bytes; });
    await until(() => /serving on port \d+\n/.test(said) || child.exitCode !== null, 'the server does not start');
    assert.ok(child.exitCode === null, `the server ended with ${child.exitCode}:\n${this.logged().slice(-2000)}`);
    this.port = Number(said.match(/port (\d+)/)[1]);
    this.address = `http://127.0.0.1:${this.port}`;
  }

  get isAlive() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async kill() {
    this.child.kill('SIGKILL');
    return this.child.ended;
  }

  // It ends by itself when it is asked to.
  async stop() {
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 25_000);
    const code = await this.child.ended;
    clearTimeout(late);
    return code;
  }

  logged() {
    return readFileSync(this.log, 'utf8');
  }

  // What a statement gives, a line for each row.
  rows(statement) {
    const [command, args] = this.db
      ? ['psql', [this.db, '-XAtc', statement]]
      : ['sqlite3', ['-readonly', join(this.folder, 'shangliang.db'), statement]];
    const asked = spawnSync(command, args, { encoding: 'utf8' });
    if (asked.error) throw asked.error;
    assert.equal(asked.status, 0, asked.stderr);
    return asked.stdout.split('\n').filter((row) => row !== '');
  }

  number(statement) {
    return Number(this.rows(statement)[0]);
  }

  // The record and everything else, by the program's own commands.
  verify() {
    const ledger = this.run(['ledger', 'verify', this.folder]);
    assert.equal(ledger.status, 0, `ledger verify: ${ledger.stdout}${ledger.stderr}`);
    assert.match(ledger.stdout, /verified/);
    const check = this.run(['check', this.folder]);
    assert.equal(check.status, 0, `check: ${check.stdout}${check.stderr}`);
    assert.match(check.stdout, /problems: 0,/);
  }
}

// ---- a client ----

const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const plain = (html) => html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (e) => entities[e]);
const attribute = (tag, name) => plain(tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1] ?? '');

// What stands in the form with this action: what a browser would send, but for the buttons.
export function formOf(html, action, also = '') {
  const forms = html.match(/<form\b[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find((f) => attribute(f, 'action') === action && f.includes(also));
  if (!form) return null;
  const fields = new Map();
  for (const tag of form.match(/<input\b[^>]*>/g) ?? []) {
    if (attribute(tag, 'type') !== 'file') fields.set(attribute(tag, 'name'), attribute(tag, 'value'));
  }
  for (const area of form.match(/<textarea\b[\s\S]*?<\/textarea>/g) ?? []) {
    const text = plain(area.replace(/^<textarea[^>]*>/, '').replace('</textarea>', ''));
    if (!fields.has(attribute(area, 'name')) || text !== '') fields.set(attribute(area, 'name'), text);
  }
  return Object.fromEntries(fields);
}

export function multipart(fields, file) {
  const boundary = `faults${Math.random().toString(36).slice(2)}`;
  const parts = Object.entries(fields).map(([name, value]) => (
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
  parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${file.name}"\r\n`
    + 'Content-Type: application/pdf\r\n\r\n');
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(parts.join('')), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

// Content of this size that nobody has given before: files are kept by their digest.
export function pdf(name, size) {
  const bytes = Buffer.alloc(size, Math.random().toString(36));
  bytes.write('%PDF-1.4\n');
  return { name, bytes };
}

export class Client {
  constructor(instance, { lang = 'en' } = {}) {
    this.instance = instance; // its address changes with every start
    this.lang = lang;
    this.jar = new Map();
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  hangUp() {
    this.agent.destroy();
  }

  headers(more = {}) {
    const headers = { 'Accept-Language': this.lang, ...more };
    if (this.jar.size > 0) headers.Cookie = [...this.jar].map(([k, v]) => `${k}=${v}`).join('; ');
    return headers;
  }

  keep(cookies) {
    for (const line of cookies ?? []) {
      const [name, value] = line.split(';')[0].split('=');
      if (line.includes('Max-Age=0') || value === '') this.jar.delete(name);
      else this.jar.set(name, value);
    }
  }

  ask(method, path, { type = null, body = null, timeout = 15_000 } = {}) {
    const options = {
      method, agent: this.agent, headers: this.headers(body === null ? {} : { 'Content-Type': type, 'Content-Length': body.length }),
    };
    const begun = Date.now();
    return new Promise((resolve, reject) => {
      const sent = request(this.instance.address + path, options, (answer) => {
        const chunks = [];
        answer.on('data', (bytes) => chunks.push(bytes));
        answer.on('error', reject);
        answer.on('aborted', () => reject(new Error('cut off')));
        answer.on('end', () => {
          clearTimeout(late);
          this.keep(answer.headers['set-cookie']);
          resolve({
            status: answer.statusCode, location: answer.headers.location ?? '', text: Buffer.concat(chunks).toString(), ms: Date.now() - begun,
          });
        });
      });
      const late = setTimeout(() => sent.destroy(new Error(`${method} ${path}: no answer in ${timeout} ms`)), timeout);
      sent.on('error', (error) => {
        clearTimeout(late);
        reject(error);
      });
      sent.end(body ?? undefined);
    });
  }

  get(path) {
    return this.ask('GET', path);
  }

  post(path, fields) {
    return this.ask('POST', path, { type: 'application/x-www-form-urlencoded', body: Buffer.from(new URLSearchParams(fields).toString()) });
  }

  send(path, fields, file) {
    return this.ask('POST', path, multipart(fields, file));
  }

  // The form on a page, as a browser would send it.
  async form(page, action = page, also = '') {
    const shown = await this.get(page);
    if (shown.status === 503) throw Object.assign(new Error(`GET ${page}: busy`), { isBusy: true });
    assert.equal(shown.status, 200, `GET ${page}`);
    const form = formOf(shown.text, action, also);
    assert.ok(form, `no form for ${action} on ${page}`);
    return form;
  }

  async signIn(login, password) {
    const first = await this.post('/sign-in', { ...await this.form('/sign-in'), name: login, password });
    assert.equal(first.status, 303, 'POST /sign-in');
    if ((await this.get('/me')).status === 200) return;
    const again = `${password}-again`;
    const changed = await this.post('/me/password', { ...await this.form('/me/password'), old: password, new: again, again });
    assert.equal(changed.status, 303, 'POST /me/password');
  }

  // The form of a new matter, filled in.
  async raiseForm(title, more = {}) {
    return { ...await this.form('/raise'), step: 'send', title, situation: `${title}: as it stands.`, ...more };
  }
}

export const receiptOf = (answer) => answer.location.match(/^\/raise\/(?:confirm|done)\/(\w+)$/)?.[1] ?? null;
export const stateOf = (html) => plain(html.match(/<p class="stamp[^"]*"><b>([^<]*)<\/b>/)?.[1] ?? '');

// By its receipt, as whoever raised it would look.
export async function lookUp(client, receipt) {
  const page = await client.get(`/receipt?number=${receipt}`);
  return { status: page.status, state: stateOf(page.text), text: page.text };
}

// What is left of an upload that has not ended, or never will.
export const halfUploads = (files) => readdirSync(files).filter((name) => name.startsWith('upload-'));
