// publish.mjs -- `shangliang opinion publish` as somebody at a terminal uses it: rows that stay and rows that change,
// what is remembered between two runs, and counts with noise. SHANGLIANG names the program. Ends in "N passed, N failed".

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish } from './checks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'shangliang-publish-'));
const at = (name) => join(folder, name);

// Two groups, so that one vote does not make them three.
function publish(...args) {
  const made = spawnSync(process.env.SHANGLIANG, ['opinion', 'publish', ...args, '--groups', '2'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status: made.status, out: made.stdout, said: made.stderr };
}

// 240 people in two camps and twelve statements; a vote in seven goes the other way.
const votes = [];
let random = 7;
const oneOf = (n) => {
  random = (random * 1103515245 + 12345) % 2 ** 31;
  return Math.floor(random / 65536) % n;
};
for (let i = 0; i < 240; i += 1) {
  for (let j = 0; j < 12; j += 1) {
    if (j === 0 && i >= 150) continue;
    const isFor = j % 3 === 0 || (i + j) % 2 === 0;
    votes.push([i, j, isFor !== (oneOf(7) === 0) ? 1 : -1]);
  }
}

function file(name, rows) {
  writeFileSync(at(name), `participant,statement,vote\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  return at(name);
}

const shown = (path, state, ...more) => {
  const { status, out, said } = publish(path, '--state', at(state), '--json', '-', ...more);
  assert.equal(said, '');
  assert.equal(status, 0);
  return JSON.parse(out);
};

const first = file('first.csv', votes);
const one = file('one.csv', votes.concat([[150, 0, 1]]));
const many = file('many.csv', votes.concat(Array.from({ length: 60 }, (_, n) => [150 + n, 0, 1])));

check('the first publication shows counts and sizes, and names nobody', () => {
  const p = shown(first, 'a.state');
  assert.equal(p.publication, 1);
  assert.equal(Object.keys(p.statements).length, 12);
  assert.deepEqual(p.hidden, []);
  const { all, groups, age, is_kept: isKept } = p.statements[0];
  assert.equal(all.agree + all.pass + all.disagree, 150);
  assert.equal(Object.values(groups).reduce((sum, c) => sum + c.agree + c.pass + c.disagree, 0), 150);
  assert.deepEqual([age, isKept], [0, false]);
  assert.deepEqual([p.people.all, p.people.k], [240, 2]);
  assert.deepEqual(Object.keys(p).sort(), ['common_ground', 'hidden', 'least', 'method', 'out', 'people', 'publication', 'statements']);
});

check('one vote more changes nothing, and that is not to be told from no vote more', () => {
  const before = shown(first, 'b.state');
  shown(first, 'c.state');
  const after = shown(one, 'b.state');
  assert.deepEqual(after, shown(first, 'c.state'));
  assert.deepEqual(after.statements[0].all, before.statements[0].all);
  assert.deepEqual([after.statements[0].age, after.statements[0].is_kept], [1, true]);
});

check('sixty votes more change the row they are in, and no other', () => {
  shown(first, 'd.state');
  const p = shown(many, 'd.state');
  assert.equal(p.statements[0].all.agree + p.statements[0].all.disagree, 210);
  assert.equal(p.statements[0].age, 0);
  assert.equal(Object.values(p.statements).filter((row) => row.is_kept).length, 11);
  const back = shown(one, 'd.state');
  assert.deepEqual(back.statements[0].all, p.statements[0].all, 'one person more than at first');
});

check('it is told in short, in English or Chinese', () => {
  assert.equal(publish(first, '--state', at('e.state')).out,
    'Publication 1: 12 statements shown, 12 of them new or renewed, 0 as they were.\nNot shown: 0 with too few people, 0 moderated out.\n');
  assert.equal(publish(many, '--state', at('e.state'), '--lang', 'zh').out,
    '第2次公布：显示12条意见，其中1条是新的或已更新，11条保持原样。\n其中最早的一条自第1次公布以来未更新。\n未显示：0条人数太少，0条已被移出。\n');
});

check('what is remembered can be read by its owner alone, and nothing is left beside it', () => {
  chmodSync(at('e.state'), 0o644);
  shown(many, 'e.state');
  assert.equal(statSync(at('e.state')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('e.state')), ['e.state']);
});

check('a state that is damaged, cut, empty or something else is refused and left as it is', () => {
  shown(first, 'f.state');
  const whole = readFileSync(at('f.state'));
  const damaged = Buffer.from(whole);
  damaged[whole.length >> 1] ^= 4;
  for (const bytes of [damaged, whole.subarray(0, whole.length - 5), Buffer.alloc(0), Buffer.from('SLPUBL02'), readFileSync(first)]) {
    writeFileSync(at('g.state'), bytes);
    const { status, out, said } = publish(first, '--state', at('g.state'), '--json', '-');
    assert.equal(status, 3);
    assert.equal(out, '');
    assert.match(said, /g\.state: this is not what `opinion publish` kept, or it is damaged; without it nothing is published/);
    assert.deepEqual(readFileSync(at('g.state')), bytes);
  }
});

check('where nothing can be remembered nothing is published', () => {
  const { status, out, said } = publish(first, '--state', at('nowhere/h.state'), '--json', at('h.json'));
  assert.equal(status, 1);
  assert.equal(out, '');
  assert.match(said, /nowhere/);
  assert.ok(!existsSync(at('h.json')));
  mkdirSync(at('folder'));
  assert.match(publish(first, '--state', at('folder')).said, /folder: is no file/);
});

check('noisy counts say what they promise; they are others each time, and near the true ones', () => {
  const noisy = (...more) => JSON.parse(publish(first, '--noise', ...more).out);
  const p = noisy('0.1');
  assert.deepEqual([p.method, p.rho, p.cap, p.variance, p.delta, p.neighbours], ['noise', 0.1, 30, 150, 1e-6, 'one person added or removed']);
  assert.ok(Math.abs(p.epsilon - 2.45079) < 1e-4);
  assert.deepEqual(p.outside, ['groups', 'statements']);
  assert.notDeepEqual(p.counts, noisy('0.1').counts);
  const clear = noisy('100');
  const sum = [clear.ungrouped, ...Object.values(clear.counts)].reduce((n, of) => n + of[1].agree + of[1].pass + of[1].disagree, 0);
  assert.ok(Math.abs(sum - 240) < 12, String(sum));
  assert.equal(publish(first, '--noise', '1', '--json', at('noise.json')).status, 0);
  assert.equal(JSON.parse(readFileSync(at('noise.json'))).epsilon > 8, true);
});

check('both together, neither, and numbers that are none are refused', () => {
  assert.match(publish(first, '--noise', '0.1', '--state', at('i.state')).said, /either --state or --noise/);
  assert.equal(publish(first).status, 2);
  assert.ok(!existsSync(at('i.state')));
  for (const rho of ['0', '-1', '1e3', '100.1', '.', '', '0.0000001', '99999999999', '1.2.3', 'inf'])
    assert.equal(publish(first, '--noise', rho).status, 2, rho);
  for (const rho of ['.5', '2.', '0.000001', '100', '100.000000'])
    assert.equal(publish(first, '--noise', rho, '--json', at('j.json')).status, 0, rho);
  assert.equal(publish(at('nothing.csv'), '--noise', '1').status, 4);
  assert.equal(publish(first, '--state', at('k.state'), '--lang', 'fr').status, 2);
});

rmSync(folder, { recursive: true, force: true });
finish();
