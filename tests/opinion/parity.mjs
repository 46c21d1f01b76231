// parity.mjs [FOLDER] -- `shangliang opinion analyze --method polis` against what Polis' own engine gives.
//
// FOLDER holds a folder for each conversation: the files that Polis exports, and polis-engine.json. Without it, or
// where it is not there, the checks are skipped and say so: the conversations are not part of this repository.
// SHANGLIANG names the program. Ends in "N passed, N failed, N skipped".

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { check, finish } from './checks.mjs';

const folder = process.argv[2] ?? new URL('../../../shared/reference/polis', import.meta.url).pathname;
const conversations = existsSync(folder) ? readdirSync(folder).filter((f) => existsSync(join(folder, f, 'polis-engine.json'))) : [];
function analyse(path, ...options) {
  const made = spawnSync(process.env.SHANGLIANG, ['opinion', 'analyze', path, '--method', 'polis', '--json', '-', ...options],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  assert.equal(made.status, 0, made.stderr);
  return JSON.parse(made.stdout);
}

const near = (a, b, most, what) => assert.ok(Math.abs(a - b) <= most, `${what}: ${a} instead of ${b}`);
const relative = (a, b, most, what) => assert.ok(Math.abs(a / b - 1) <= most, `${what}: ${a} instead of ${b}`);
const ascending = (ids) => [...ids].sort((a, b) => a - b);

function cosine(a, b) {
  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  return Math.abs(dot(a, b)) / Math.sqrt(dot(a, a) * dot(b, b));
}

// A list of statements: the same ones in the same order for the same side, with the same numbers.
function sameList(own, theirs) {
  const named = (e) => [e.tid, e['repful-for'], e['n-success'], e['n-trials'], e['best-agree'] ?? false];
  assert.deepEqual(own.map(named), theirs.map(named));
  own.forEach((e, i) => {
    near(e['p-success'], theirs[i]['p-success'], 1e-9, `share of ${e.tid}`);
    near(e['p-test'], theirs[i]['p-test'], 1e-9, `one-sample test of ${e.tid}`);
    if ('repness' in e) {
      relative(e.repness, theirs[i].repness, 1e-9, `ratio of ${e.tid}`);
      relative(e['repness-test'], theirs[i]['repness-test'], 1e-6, `two-sample test of ${e.tid}`);
    }
  });
}

for (const name of conversations) {
  const theirs = JSON.parse(readFileSync(join(folder, name, 'polis-engine.json'), 'utf8'));
  const own = analyse(join(folder, name));
  check(`${name}: people and statements stand in the order of Polis`, () => {
    assert.deepEqual(own.row_order_pids, theirs.row_order_pids);
    assert.deepEqual(own.column_order_tids, theirs.column_order_tids);
  });
  check(`${name}: the same people take part, in the same groups`, () => {
    assert.deepEqual(ascending(own.in_conv), ascending(theirs.in_conv));
    assert.equal(own.k, theirs.k);
    assert.deepEqual(own.participant_group, theirs.participant_group);
  });
  check(`${name}: the axes are the same to 1e-9`, () => {
    near(cosine(own.pca.pc1, theirs.pca.pc1), 1, 1e-9, 'first');
    near(cosine(own.pca.pc2, theirs.pca.pc2), 1, 1e-9, 'second');
    own.pca.mean_agree_plus1.forEach((mean, i) => near(mean, theirs.pca.mean_agree_plus1[i], 1e-9, `mean ${i}`));
  });
  check(`${name}: positions, extremities and silhouettes are the same`, () => {
    for (const [id, [x, y]] of Object.entries(own.projection_agree_minus1)) {
      near(x, theirs.projection_agree_minus1[id][0], 1e-5, `x of ${id}`);
      near(y, theirs.projection_agree_minus1[id][1], 1e-5, `y of ${id}`);
    }
    own.pca.statement_extremity.forEach((e, i) => near(e, theirs.pca.statement_extremity[i], 1e-6, `extremity ${i}`));
    for (const [k, s] of Object.entries(theirs.silhouette_by_k)) near(own.silhouette_by_k[k], s, 1e-6, `silhouette ${k}`);
  });
  check(`${name}: each group stands for the same statements`, () => {
    assert.deepEqual(Object.keys(own.representative), Object.keys(theirs.representative));
    for (const [g, list] of Object.entries(theirs.representative)) sameList(own.representative[g], list);
  });
  check(`${name}: the consensus is the same`, () => {
    sameList(own.consensus.agree, theirs.consensus.agree);
    sameList(own.consensus.disagree, theirs.consensus.disagree);
  });
  check(`${name}: votes by group, group consensus and priorities are the same`, () => {
    for (const [g, { votes, 'n-members': members }] of Object.entries(theirs.group_votes)) {
      assert.equal(own.group_votes[g]['n-members'], members);
      assert.deepEqual(own.group_votes[g].votes, votes);
    }
    for (const [id, p] of Object.entries(theirs.group_aware_consensus_agree)) relative(own.group_aware_consensus_agree[id], p, 1e-9, `group consensus of ${id}`);
    for (const [id, p] of Object.entries(theirs.routing_priority)) relative(own.routing_priority[id], p, 1e-6, `priority of ${id}`);
  });
}

// What is asked of each conversation; without them each counts as skipped once.
if (conversations.length === 0) console.log(`skipped: ${folder} is not there, with conversations to compare with`);
finish(conversations.length === 0 ? 7 : 0);
