// predict.mjs [FOLDER] -- `shangliang opinion predict` as somebody at a terminal uses it: votes that are hidden are
// foretold from the others, those of camps well, those without any pattern not at all.
//
// FOLDER holds conversations exported from Polis, a folder each; where they are not there, the checks of them are
// skipped and say so. SHANGLIANG names the program. Ends in "N passed, N failed, N skipped".

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish } from './checks.mjs';

const reference = process.argv[2] ?? new URL('../../../shared/reference/polis', import.meta.url).pathname;
const conversations = existsSync(reference) ? readdirSync(reference).filter((f) => existsSync(join(reference, f, 'votes.csv'))) : [];
const folder = mkdtempSync(join(tmpdir(), 'shangliang-predict-'));
const at = (name) => join(folder, name);
const polis = ['polis_bare', 'polis_placed', 'polis_full'];

function opinion(...args) {
  const made = spawnSync(process.env.SHANGLIANG, ['opinion', ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status: made.status, out: made.stdout, said: made.stderr };
}

const predict = (path, ...more) => opinion('predict', path, ...more);
const answer = (path, ...more) => JSON.parse(predict(path, '--json', '-', ...more).out);
const best = (a, what) => Math.max(...polis.map((name) => a[name][what]));
const mean = (values) => values.reduce((sum, x) => sum + x, 0) / values.length;

for (const [name, ...shape] of [['ideal.csv', '--groups', '3'], ['none.csv', '--shape', 'none']]) {
  opinion('generate', '--participants', '400', '--statements', '60', '--votes-mean', '30', '--seed', '4', '--out', at(name), ...shape);
}

check('one vote in ten is hidden, and where people think in camps it is foretold', () => {
  const a = answer(at('ideal.csv'), '--times', '4');
  assert.equal(a.hidden.length, 4);
  assert.equal(a.default.each.length, 4);
  a.hidden.forEach((hidden) => assert.ok(Math.abs(hidden / a.votes - 0.1) < 0.02, `${hidden} of ${a.votes}`));
  assert.ok(a.default.r2 > 0.1 && a.default.auc > a.means.auc + 0.02, JSON.stringify(a.default));
  polis.forEach((name) => assert.ok(a[name].r2 > 0.05, JSON.stringify(a[name])));
  assert.ok(Math.abs(mean(a.default.each.map((e) => e.r2)) - a.default.r2) < 1e-12);
});

check('refining takes as many rounds as are asked for', () => {
  const a = answer(at('ideal.csv'), '--times', '1', '--refine', '0');
  assert.deepEqual(a.refined, a.default);
  const b = answer(at('ideal.csv'), '--times', '1', '--refine', '3');
  assert.equal(b.refine, 3);
  assert.notDeepEqual(b.refined, b.default);
  assert.deepEqual(b.default, a.default);
  const analyzed = JSON.parse(opinion('analyze', at('ideal.csv'), '--refine', '3', '--json', '-').out);
  assert.equal(analyzed.refine, 3);
});

check('what has no pattern is foretold by nobody', () => {
  const a = answer(at('none.csv'), '--times', '4');
  ['default', 'refined', ...polis].forEach((name) => assert.ok(Math.abs(a[name].r2) < 0.02, `${name}: ${a[name].r2}`));
});

check('the same seed hides the same votes, in whatever order the rows are', () => {
  const [names, ...rows] = readFileSync(at('ideal.csv'), 'utf8').trim().split('\n');
  writeFileSync(at('turned.csv'), `${[names, ...rows.reverse()].join('\n')}\n`);
  const a = answer(at('ideal.csv'));
  const b = answer(at('turned.csv'));
  assert.deepEqual(b.hidden, a.hidden);
  assert.deepEqual(b.default, a.default);
  assert.notDeepEqual(answer(at('ideal.csv'), '--seed', '2').hidden, a.hidden);
});

check('in short it is a table with a line for each method', () => {
  const { status, out } = predict(at('ideal.csv'), '--times', '1');
  assert.equal(status, 0);
  assert.match(out, /^400 people, 60 statements, \d+ votes; one in 10 hidden, 1 time\n/);
  assert.equal(out.trim().split('\n').length, 8);
});

check('hardly any votes have an answer', () => {
  for (const rows of ['1,1,1\n', '1,1,1\n2,2,-1\n']) {
    writeFileSync(at('few.csv'), `participant,statement,vote\n${rows}`);
    const { status, out } = predict(at('few.csv'), '--json', '-');
    assert.equal(status, 0);
    assert.ok(!out.includes('null') && !out.includes('nan'));
  }
});

check('what is wrong is said', () => {
  assert.equal(predict(at('nothing')).status, 4);
  assert.equal(opinion('predict').status, 2);
  const times = predict(at('ideal.csv'), '--times', '0');
  assert.equal(times.status, 2);
  assert.match(times.said, /--times is a whole number from 1 to 1000/);
  assert.equal(predict(at('ideal.csv'), '--seed', 'x').status, 2);
  assert.match(predict(at('ideal.csv'), '--refine', '21').said, /--refine is a whole number from 0 to 20/);
  assert.equal(opinion('analyze', at('ideal.csv'), '--method', 'polis', '--refine', '1').status, 2);
  assert.equal(predict(at('ideal.csv'), '--json', '/dev/full').status, 1);
});

const told = conversations.map((name) => ({ name, ...answer(join(reference, name)) }));
if (told.length === 0) console.log(`skipped: no conversations in ${reference}`);
for (const what of told.length > 0 ? ['r2', 'auc'] : []) {
  check(`hidden votes of real conversations are foretold better than by any way of Polis, by ${what}`, () => {
    const better = told.filter((a) => a.default[what] > best(a, what));
    assert.ok(better.length * 3 >= told.length * 2, `only in ${better.map((a) => a.name)}`);
    assert.ok(mean(told.map((a) => a.default[what])) > mean(told.map((a) => best(a, what))));
  });
}

rmSync(folder, { recursive: true, force: true });
finish(told.length === 0 ? 2 : 0);
