// signals.mjs -- `shangliang opinion signals` as somebody at a terminal uses it: a ring of copies and a burst that were
// planted are told, honest votes are left alone, and the answer stands there with and without them. SHANGLIANG names
// the program. Ends in "N passed, N failed".

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish } from './checks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'shangliang-signals-'));
const at = (name) => join(folder, name);
const monday = 1704067200; // 2024-01-01
const ring = Array.from({ length: 40 }, (_, i) => 100000 + i);

function opinion(...args) {
  const made = spawnSync(process.env.SHANGLIANG, ['opinion', ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status: made.status, out: made.stdout, said: made.stderr };
}

const signals = (path, ...more) => opinion('signals', path, ...more);
const answer = (path, ...more) => JSON.parse(signals(path, '--json', '-', ...more).out);

opinion('generate', '--participants', '1000', '--statements', '100', '--votes-mean', '30', '--groups', '3', '--seed', '4',
  '--out', at('honest.csv'));
const honest = readFileSync(at('honest.csv'), 'utf8').trim().split('\n').slice(1).map((row) => row.split(',').slice(0, 3));

// Honest people come at any time of three weeks; a ring votes as one of them does, all within a minute on one statement.
function votes(name, { hasRing, unit }) {
  const rows = honest.map(([p, s, v], i) => [p, s, v, monday + (Number(p) * 7919 * 60 + i * 61) % 1814400]);
  const own = honest.filter(([p]) => p === source);
  for (const account of hasRing ? ring : []) {
    own.forEach(([, s, v], k) => rows.push([account, s, v, monday + 10 * 86400 + k * 3600 + account % 60]));
  }
  const text = rows.map(([p, s, v, t]) => [p, s, v, ...(unit > 0 ? [t * unit] : [])].join(',')).join('\n');
  writeFileSync(at(name), `participant,statement,vote${unit > 0 ? ',timestamp' : ''}\n${text}\n`);
  return at(name);
}

const count = new Map();
honest.forEach(([p]) => count.set(p, (count.get(p) ?? 0) + 1));
const source = [...count.keys()].find((p) => count.get(p) >= 20 && count.get(p) <= 30);

const calm = votes('calm.csv', { hasRing: false, unit: 1 });
const pushed = votes('pushed.csv', { hasRing: true, unit: 1 });

check('honest votes are left alone, and both answers are the same', () => {
  const a = answer(calm);
  assert.deepEqual(a.flagged, []);
  assert.deepEqual(a.pairs, []);
  assert.deepEqual(a.bursts, []);
  assert.deepEqual(a.with, a.without);
  assert.equal(a.with.participants, 1000);
});

check('a ring of copies is a set, and is flagged with whom it copied', () => {
  const a = answer(pushed);
  assert.equal(a.same.length, 1);
  assert.deepEqual(a.same[0].participants, [Number(source), ...ring]);
  assert.equal(a.same[0].votes, count.get(source));
  assert.ok(a.same[0].is_unlikely && a.same[0].evidence >= a.same[0].threshold);
  assert.deepEqual(a.flagged, [Number(source), ...ring]);
});

check('minutes in which it voted are bursts, with who it was', () => {
  const { bursts } = answer(pushed);
  const own = honest.filter(([p]) => p === source);
  assert.equal(bursts.length, own.length);
  for (const b of bursts) {
    const k = own.findIndex(([, s]) => Number(s) === b.statement);
    assert.equal(b.time, monday + 10 * 86400 + k * 3600);
    assert.ok(b.people >= 40 && b.expected < 1 && b.p < 1e-9);
    for (const account of ring) assert.ok(b.participants.includes(account));
  }
});

check('the answer stands there with and without them', () => {
  const a = answer(pushed);
  assert.equal(a.with.participants, 1040);
  assert.equal(a.without.participants, 999);
  assert.equal(a.with.votes - a.without.votes, 41 * count.get(source));
  const rest = votes('rest.csv', { hasRing: false, unit: 1 });
  const lines = readFileSync(rest, 'utf8').split('\n').filter((line) => !line.startsWith(`${source},`));
  writeFileSync(rest, lines.join('\n'));
  const alone = JSON.parse(opinion('analyze', rest, '--json', '-').out);
  assert.equal(a.without.verdict, alone.verdict);
  assert.deepEqual(a.without.group_sizes, alone.groups.map((g) => g.size));
  assert.deepEqual(a.without.common_ground, alone.common_ground);
});

check('it is told in short, and called evidence', () => {
  const { status, out } = signals(pushed);
  assert.equal(status, 0);
  assert.match(out, /identical votes: 1 sets of 41 people/);
  assert.match(out, /41 people, \d+ votes each, evidence [\d.]+, hardly by chance: /);
  assert.match(out, /flagged: 41 people, .*evidence, no proof/);
  assert.match(out, /^with them: 1040 people/m);
  assert.match(out, /^without them: 999 people/m);
});

check('times may be milliseconds', () => {
  const a = answer(votes('ms.csv', { hasRing: true, unit: 1000 }));
  assert.equal(a.bursts.length, answer(pushed).bursts.length);
  assert.equal(a.bursts[0].time % 60000, 0);
});

check('without times there are no bursts, and that is said', () => {
  const path = votes('timeless.csv', { hasRing: true, unit: 0 });
  assert.deepEqual(answer(path).bursts, []);
  assert.match(signals(path).out, /there are no times/);
  assert.equal(answer(path).flagged.length, 41);
});

check('rows in another order give the same bytes', () => {
  const [names, ...rows] = readFileSync(pushed, 'utf8').trim().split('\n');
  writeFileSync(at('turned.csv'), `${[names, ...rows.reverse()].join('\n')}\n`);
  assert.equal(signals(at('turned.csv'), '--json', '-').out, signals(pushed, '--json', '-').out);
});

check('hardly any votes have an answer', () => {
  for (const rows of ['1,1,1\n', '1,1,1\n2,2,-1\n']) {
    writeFileSync(at('few.csv'), `participant,statement,vote\n${rows}`);
    const { status, out } = signals(at('few.csv'), '--json', '-');
    assert.equal(status, 0);
    assert.ok(!out.includes('null') && !out.includes('nan'));
    assert.deepEqual(JSON.parse(out).flagged, []);
  }
});

check('what is wrong is said', () => {
  writeFileSync(at('bad.csv'), 'participant,statement,vote\n1,1,2\n');
  const bad = signals(at('bad.csv'));
  assert.equal(bad.status, 3);
  assert.ok(bad.said.startsWith(`${at('bad.csv')}:2:3:`), bad.said);
  assert.equal(signals(at('nothing')).status, 4);
  assert.equal(opinion('signals').status, 2);
  assert.equal(signals(calm, '--format', 'guess').status, 2);
  assert.equal(signals(calm, '--seed', 'x').status, 2);
  assert.equal(signals(calm, '--json', '/dev/full').status, 1);
});

rmSync(folder, { recursive: true, force: true });
finish();
