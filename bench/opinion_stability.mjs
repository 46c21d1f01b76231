// opinion_stability.mjs FOLDER -- how steady the groups of `shangliang opinion` are on conversations exported from Polis.
//
// FOLDER holds a folder for each. Twenty times as many people are drawn anew, with three seeds (opinion stability); and
// each conversation is replayed: its votes sorted by time, computed after 30 % of them and after every 2 % more, and the
// people counted whose group is another one than before, groups being matched so that most people stay.
// SHANGLIANG names the program. Prints a table for each method.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const from = process.argv[2];
const seeds = [1, 2, 3];
const scratch = mkdtempSync(join(tmpdir(), 'shangliang-replay-'));
const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;

function opinion(...args) {
  return JSON.parse(execFileSync(process.env.SHANGLIANG, ['opinion', ...args, '--json', '-'], { encoding: 'utf8', maxBuffer: 1 << 28 }));
}

// Most people who stay, over all ways to match groups.
function stay(overlap, g = 0, used = 0) {
  if (g === overlap.length) return 0;
  let most = stay(overlap, g + 1, used);
  overlap[g].forEach((n, h) => {
    if (!(used >> h & 1)) most = Math.max(most, n + stay(overlap, g + 1, used | 1 << h));
  });
  return most;
}

function changed(before, after) {
  const overlap = Array.from({ length: before.k }, () => Array(after.k).fill(0));
  let common = 0;
  for (const [id, g] of Object.entries(before.participant_group)) {
    if (!(id in after.participant_group)) continue;
    overlap[g][after.participant_group[id]] += 1;
    common += 1;
  }
  return common === 0 ? 0 : 1 - stay(overlap) / common;
}

function replay(folder, method) {
  const [names, ...rows] = readFileSync(join(folder, 'votes.csv'), 'utf8').trim().split('\n');
  rows.sort((a, b) => Number(a.split(',')[0]) - Number(b.split(',')[0]));
  if (existsSync(join(folder, 'comments.csv'))) copyFileSync(join(folder, 'comments.csv'), join(scratch, 'comments.csv'));
  const shares = [];
  const ks = [];
  let before = null;
  for (let percent = 30; percent <= 100; percent += 2) {
    const count = Math.floor(rows.length * percent / 100);
    writeFileSync(join(scratch, 'votes.csv'), `${[names, ...rows.slice(0, count)].join('\n')}\n`);
    const after = opinion('analyze', scratch, '--method', method);
    if (before) shares.push(changed(before, after));
    ks.push(after.k);
    before = after;
  }
  return { share: mean(shares), ks };
}

const figure = (x) => x.toFixed(3).padStart(8);
for (const method of ['default', 'polis']) {
  const sums = [];
  console.log(`${method}\n${''.padEnd(28)}     own     k=2  changed  (mean of seeds ${seeds.join(', ')})`);
  for (const name of readdirSync(from).sort()) {
    const folder = join(from, name);
    const runs = seeds.map((seed) => opinion('stability', folder, '--method', method, '--resamples', '20', '--seed', String(seed)));
    const again = replay(folder, method);
    const line = [mean(runs.map((r) => r.own_k.mean)), mean(runs.map((r) => r.two_groups.mean)), again.share];
    sums.push(line);
    console.log(`${name.padEnd(28)}${line.map(figure).join('')}  own by seed ${runs.map((r) => `${r.own_k.mean.toFixed(3)} (k ${r.own_k.k}, refits ${r.own_k.refits_by_k.join(' ')})`).join(', ')}`);
    console.log(`${''.padEnd(28)}k in the replay: ${again.ks.join('')}`);
  }
  console.log(`${'mean'.padEnd(28)}${[0, 1, 2].map((i) => figure(mean(sums.map((s) => s[i])))).join('')}\n`);
}
rmSync(scratch, { recursive: true, force: true });
