// run.mjs [WORD...] -- the browser journeys; with words only those whose name contains one.
//
// Each journey has a server, a folder and profiles of its own, and waits more than it computes: one
// more than there are processors are on their way at once. JOURNEYS_AT_ONCE=1 takes one after the other.
// SHANGLIANG names the program, CHROMIUM a browser other than /usr/bin/chromium-headless-shell.
// Pictures of the pages where a journey failed go to build-browser/. Ends in "N passed, N failed".

import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { Journey, closeBrowser, journeys, noTrouble } from './harness.mjs';

const folder = new URL('./journeys/', import.meta.url);
for (const file of readdirSync(folder).filter((f) => f.endsWith('.mjs')).sort()) {
  await import(new URL(file, folder));
}

const words = process.argv.slice(2);
const named = journeys.filter((j) => words.length === 0 || words.some((w) => j.name.includes(w)));
const wanted = journeys.filter((j) => named.includes(j) || named.some((n) => n.after === j.name));
let passed = 0;
let failed = 0;

function tell(name, ms, error) {
  if (error) failed += 1; else passed += 1;
  console.log(`${error ? 'not ok' : 'ok    '} ${name}${ms === null ? '' : ` (${(ms / 1000).toFixed(1)} s)`}`);
  if (error) {
    const text = error.code === 'ERR_ASSERTION' ? error.message : error.stack ?? String(error);
    console.log(text.split('\n').slice(0, 40).map((line) => `    ${line}`).join('\n'));
  }
}

function within(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// What a journey printed stands together, whatever else was on its way.
async function go({ name, run, timeout }) {
  const t = new Journey(name);
  const begin = Date.now();
  let fault = null;
  try {
    await within(run(t), timeout);
    for (const page of t.pages) noTrouble(page);
  } catch (error) {
    fault = error;
  }
  if (fault || t.checks.some((c) => c.error)) await t.keepPages();
  await t.close().catch((error) => { fault ??= error; });
  for (const check of t.checks) tell(`${name}: ${check.name}`, null, check.error);
  tell(name, Date.now() - begin, fault);
}

// The long ones first, so that none is left alone at the end.
const waiting = [...wanted].sort((a, b) => b.timeout - a.timeout);
const atOnce = Number(process.env.JOURNEYS_AT_ONCE ?? cpus().length + 1);
const done = new Set();

// The next one that waits for no other; null while all do.
function next() {
  const at = waiting.findIndex((j) => !j.after || done.has(j.after));
  return at < 0 ? null : waiting.splice(at, 1)[0];
}

await Promise.all(Array.from({ length: atOnce }, async () => {
  while (waiting.length > 0) {
    const one = next();
    if (one) {
      await go(one);
      done.add(one.name);
    } else {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}));

await closeBrowser();
if (wanted.length === 0) console.log('no journey has such a name');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || wanted.length === 0 ? 1 : 0);
