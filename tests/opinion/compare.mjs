// compare.mjs -- `shangliang opinion compare` and `opinion stability` as somebody at a terminal uses them: what they say
// of two answers whose differences are known, of files that are none, and of votes whose groups are sure or not.
// SHANGLIANG names the program. Ends in "N passed, N failed".

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish } from './checks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'shangliang-compare-'));
const at = (name) => join(folder, name);

function file(name, content) {
  writeFileSync(at(name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return at(name);
}

function opinion(...args) {
  const made = spawnSync(process.env.SHANGLIANG, ['opinion', ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status: made.status, out: made.stdout, said: made.stderr };
}

const compare = (a, b) => opinion('compare', a, b);

function says(out, ...lines) {
  for (const line of lines) {
    const found = line instanceof RegExp ? line.test(out) : out.split('\n').includes(line);
    assert.ok(found, `not there: ${line}\n${out}`);
  }
}

const plan = ['--participants', '400', '--statements', '60', '--votes-mean', '25', '--groups', '2', '--seed', '7'];
assert.equal(opinion('generate', ...plan, '--out', at('votes.csv')).status, 0);
for (const method of ['default', 'polis']) {
  assert.equal(opinion('analyze', at('votes.csv'), '--method', method, '--json', at(`${method}.json`)).status, 0);
}

// ---- what is the same ----

for (const method of ['default', 'polis']) {
  check(`an answer of ${method} does not differ from itself`, () => {
    const { status, out } = compare(at(`${method}.json`), at(`${method}.json`));
    assert.equal(status, 0);
    const axes = method === 'polis' ? 2 : 4;
    says(out, 'agreement (adjusted Rand index): 1.0000', `angles between the spaces of the axes:${' 0.00'.repeat(axes)} degrees`,
      'common ground: nothing differs');
    for (let x = 1; x <= axes; x += 1) says(out, `axis ${x}: 0.00 degrees`);
    for (const g of [0, 1]) says(out, `list of group ${g}: nothing differs`, `counts of group ${g}: nothing differs`);
    assert.doesNotMatch(out, /differ on|told in|entered|left|counterpart|other way/);
  });
}

check('our own method and that of Polis can be held against each other', () => {
  const { status, out } = compare(at('default.json'), at('polis.json'));
  assert.equal(status, 0);
  says(out, /^method +default +polis$/m, /^verdict +distinct +-$/m, /^groups +2 +2$/m);
  assert.ok(Number(/index\): (.*)/.exec(out)[1]) > 0.7, out);
  const angles = /axes: ([\d. ]+) degrees/.exec(out)[1].split(' ').map(Number);
  assert.equal(angles.length, 2); // as many as the smaller one has
  assert.ok(angles[0] < 25 && angles[0] <= angles[1], out);
});

// ---- what differs, by hand ----

const share = { at: 0.5, low: 0.4, high: 0.6 };
const count = (agree, pass, disagree) => ({ agree, pass, disagree });

function answer() {
  const { SQRT1_2: h } = Math;
  return {
    method: 'default', seed: 1, participants: 7, statements: 4, votes: 28, verdict: 'distinct', k: 2,
    participant_group: { 1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 1, 18446744073709551615n: 0 },
    axes: {
      loading: { 10: [2, 0, 0, 0], 11: [0, 3, 0, 0], 12: [0, 0, h, h], 13: [0, 0, h, -h] },
    },
    counts: { 0: { 10: count(10, 0, 3), 11: count(4, 4, 4) }, 1: { 10: count(5, 5, 5) } },
    consensus: { agree: [10, 11], disagree: [12] },
    representative: {
      0: [{ statement: 10, is_agree: true, more: share, p: 0.01 }, { statement: 11, is_agree: true, more: share, p: 0.01 }],
      1: [{ statement: 12, is_agree: false, more: share, p: 0.01 }],
    },
  };
}

// Ids past 2^53 stand as text.
const text = (a) => JSON.stringify(a);
const base = () => {
  const a = answer();
  a.participant_group = Object.fromEntries(Object.entries(a.participant_group).map(([id, g]) => [String(id), g]));
  return a;
};

check('people who are parted otherwise have the agreement that they have by hand', () => {
  const a = base();
  const b = base();
  b.k = 3;
  b.verdict = 'tendencies';
  b.participant_group = { 1: 1, 2: 1, 3: 0, 4: 0, 5: 2, 6: 2, 99: 0 };
  b.counts = { 0: {}, 1: {}, 2: {} };
  b.representative = { 0: [], 1: [], 2: [] };
  const { status, out } = compare(file('a.json', text(a)), file('b.json', text(b)));
  assert.equal(status, 0);
  says(out, 'people in groups of both: 6; of A alone 1, of B alone 1', 'agreement (adjusted Rand index): 0.2424', // 8 / 33
    'group 0 of A is group 1 of B: 2 people are in both', 'group 1 of A is group 2 of B: 2 people are in both',
    'group 0 of B has no counterpart', /^verdict +distinct +tendencies$/m, /^groups +2 +3$/m);
});

check('groups that only have other numbers are the same groups', () => {
  const b = base();
  for (const id of Object.keys(b.participant_group)) b.participant_group[id] = 1 - b.participant_group[id];
  for (const field of ['counts', 'representative']) b[field] = { 0: b[field][1], 1: b[field][0] };
  const { out } = compare(file('a.json', text(base())), file('b.json', text(b)));
  says(out, 'people in groups of both: 7; of A alone 0, of B alone 0', 'agreement (adjusted Rand index): 1.0000',
    'group 0 of A is group 1 of B: 4 people are in both', 'list of group 0: nothing differs', 'counts of group 1: nothing differs');
});

check('angles are those between the spaces, and axes tell which way they look', () => {
  const b = base();
  const c = Math.cos(Math.PI / 6);
  b.axes.loading = { 10: [-2, 0, 0, 0], 11: [0, 2 * c, 0, 0], 12: [0, 0, 1, 0], 13: [0, 1, 0, 0], 14: [9, 9, 9, 9] };
  b.axes.loading[13] = [0, 2 * Math.sin(Math.PI / 6), 0, 0];
  const { out } = compare(file('a.json', text(base())), file('b.json', text(b)));
  says(out, 'statements in both: 4', 'angles between the spaces of the axes: 0.00 0.00 0.00 degrees',
    'axis 1: 0.00 degrees, the other way round', 'axis 2: 30.00 degrees', 'axis 3: 45.00 degrees', 'axis 4: there is nothing to compare');
  const apart = base();
  apart.axes.loading = { 10: [1, 0, 0, 0], 11: [0, 0, 0, 0], 12: [0, 0, 0, 0], 13: [0, 0, 0, 0] };
  const other = base();
  other.axes.loading = { 10: [Math.cos(0.5), 0, 0, 0], 11: [0, 0, 0, 0], 12: [Math.sin(0.5), 0, 0, 0], 13: [0, 0, 0, 0] };
  says(compare(file('a.json', text(apart)), file('b.json', text(other))).out,
    `angles between the spaces of the axes: ${(0.5 * 180 / Math.PI).toFixed(2)} degrees`);
  apart.axes.loading = { 10: [1, 0, 0, 0], 11: [0, 1, 0, 0] };
  other.axes.loading = { 10: [3, 1, 0, 0], 11: [0, 1, 0, 0] }; // turned within the same plane
  says(compare(file('a.json', text(other)), file('b.json', text(apart))).out,
    'angles between the spaces of the axes: 0.00 0.00 degrees', 'axis 1: 0.00 degrees', 'axis 2: 45.00 degrees');
  other.axes.loading = { 20: [1, 0, 0, 0] };
  says(compare(file('a.json', text(base())), file('b.json', text(other))).out, 'angles between the spaces of the axes: there is nothing to compare');
});

check('agreeing counts the same way in both methods', () => {
  const b = base();
  b.method = 'polis';
  b.column_order_tids = [13, 10, 11, 12];
  b.pca = { pc1: [0, -1, 0, 0], pc2: [0, 0, 1, 0] }; // Polis counts agreeing as -1
  b.consensus = { agree: [{ tid: 10 }, { tid: 11 }], disagree: [{ tid: 12 }] };
  b.representative = { 0: [{ tid: 10, 'repful-for': 'agree' }, { tid: 11, 'repful-for': 'disagree' }], 1: [{ tid: 12, 'repful-for': 'disagree' }] };
  b.group_votes = {
    0: { votes: { 10: { A: 10, D: 3, S: 13 }, 11: { A: 4, D: 4, S: 12 } } }, 1: { votes: { 10: { A: 5, D: 5, S: 16 } } },
  };
  const { out } = compare(file('a.json', text(base())), file('b.json', text(b)));
  says(out, 'axis 1: 0.00 degrees', 'axis 2: 0.00 degrees, the other way round', 'angles between the spaces of the axes: 0.00 0.00 degrees',
    'common ground: nothing differs', 'list of group 0: changed sides 11;', 'list of group 1: nothing differs',
    'counts of group 0: nothing differs', 'counts of group 1: differ on 10;');
});

check('statements that entered, left or changed sides are named, and counts that are others', () => {
  const b = base();
  b.consensus = { agree: [10, 12], disagree: [13] };
  b.representative[0] = [{ statement: 13, is_agree: true, more: share, p: 0.01 }, { statement: 10, is_agree: false, more: share, p: 0.01 }];
  b.counts[0][10] = count(10, 1, 3);
  b.counts[0][12] = count(9, 9, 9);
  delete b.counts[0][11];
  const { out } = compare(file('a.json', text(base())), file('b.json', text(b)));
  says(out, 'common ground: entered 13; left 11; changed sides 12;', 'list of group 0: entered 13; left 11; changed sides 10;',
    'list of group 1: nothing differs', 'counts of group 0: differ on 10; told in A alone of 11; told in B alone of 12;',
    'counts of group 1: nothing differs');
});

check('a long list is cut, and it is said how long it was', () => {
  const b = base();
  b.consensus.agree = Array.from({ length: 50 }, (_, i) => 10 + i);
  const { out } = compare(file('a.json', text(base())), file('b.json', text(b)));
  says(out, /^common ground: entered( \d+){20} and 27 more; changed sides 12;$/m);
});

check('answers that have nobody in common are told so', () => {
  const b = base();
  b.participant_group = { 71: 0, 72: 1 };
  const { status, out } = compare(file('a.json', text(base())), file('b.json', text(b)));
  assert.equal(status, 0);
  says(out, 'people in groups of both: 0; of A alone 7, of B alone 2', 'agreement: there is none to tell of fewer than two',
    'group 0 of A has no counterpart', 'group 1 of B has no counterpart');
});

// ---- what is no answer ----

for (const field of ['method', 'participants', 'statements', 'votes', 'verdict', 'k', 'participant_group', 'axes', 'counts', 'consensus', 'representative']) {
  check(`an answer without ${field} is refused by its name`, () => {
    const b = base();
    delete b[field];
    const { status, out, said } = compare(file('a.json', text(base())), file('b.json', text(b)));
    assert.equal(status, 3);
    assert.equal(out, '');
    assert.ok(said.startsWith(`shangliang: ${at('b.json')}: there is no field ${field}`), said);
  });
}

check('an answer of Polis without a field of its own is refused by its name', () => {
  for (const field of ['pca', 'column_order_tids', 'group_votes']) {
    const a = JSON.parse(readFileSync(at('polis.json'), 'utf8'));
    delete a[field];
    const { status, said } = compare(file('b.json', a), at('polis.json'));
    assert.equal(status, 3);
    assert.ok(said.includes(`there is no field ${field}`), said);
  }
});

check('a field that holds something else is refused by its name', () => {
  const wrong = {
    method: 'guess', k: 7, participants: '7', participant_group: { 1: 2 }, 'participant_group ': { x: 0 }, counts: { 0: {}, 1: [] },
    'counts ': { 0: { 10: { agree: 1 } }, 1: {} }, axes: { loading: { 10: [1, 2, 3] } }, 'axes ': { loading: { 10: [1, 2, 3, null] } },
    representative: { 0: [], 1: [{ statement: 'x', is_agree: true }] }, 'representative ': { 0: [{ statement: 1 }], 1: [] },
    consensus: { agree: [-1], disagree: [] },
  };
  for (const [field, value] of Object.entries(wrong)) {
    const b = { ...base(), [field.trim()]: value };
    const { status, said } = compare(file('b.json', text(b)), at('default.json'));
    assert.equal(status, 3, field);
    assert.match(said, new RegExp(`the field ${field.trim()}(\\.\\w+)? is not what it is in an answer`), said);
    assert.equal(said.trim().split('\n').length, 1);
  }
});

check('what is foreign, broken or not there is said', () => {
  const with_ = (content) => compare(file('b.json', content), at('default.json'));
  assert.match(with_('{"hello":[1,2]}').said, /there is no field method: is this an answer of opinion analyze\?/);
  assert.match(with_('[1,2]').said, /there is no field method/);
  assert.ok(with_('{"method":\n  default}').said.startsWith(`${at('b.json')}:2:`));
  for (const content of ['', 'participant,statement,vote\n1,1,1\n', '{"k":1,"k":2}', Buffer.from([0x7b, 0x22, 0xff, 0x1b, 0x5b]), '['.repeat(100_000)]) {
    const { status, said } = with_(content);
    assert.equal(status, 3);
    assert.match(said, /^[^\n\x1b]*:\d+:\d+: this is no JSON\n$/);
  }
  assert.match(with_('{"method":99999999999999999999}').said, /this number is too large/);
  assert.equal(compare(at('nothing.json'), at('default.json')).status, 4);
  assert.equal(compare(at('default.json'), at('nothing.json')).status, 4);
  assert.equal(compare(folder, at('default.json')).status, 3);
  assert.equal(opinion('compare', at('default.json')).status, 2);
});

// ---- stability ----

const stability = (path, ...more) => JSON.parse(opinion('stability', path, '--resamples', '6', '--json', '-', ...more).out);

check('groups that are sure are found again in people drawn anew, in rows of any order', () => {
  for (const method of ['default', 'polis']) {
    const s = stability(at('votes.csv'), '--method', method);
    assert.equal(s.method, method);
    assert.equal(s.own_k.k, 2);
    assert.equal(s.two_groups.k, 2);
    assert.deepEqual(s.two_groups.refits_by_k, [0, 6, 0, 0, 0, 0]);
    assert.ok(s.two_groups.mean > 0.7, JSON.stringify(s));
    assert.equal(s.same_bytes_in_another_order, 6);
    for (const l of [s.own_k, s.two_groups]) {
      const sorted = [...l.agreement].sort((a, b) => a - b);
      assert.equal(l.agreement.length, 6);
      assert.ok(Math.abs(l.mean - sorted.reduce((x, y) => x + y, 0) / 6) < 1e-12);
      assert.ok(Math.abs(l.median - (sorted[2] + sorted[3]) / 2) < 1e-12);
      assert.equal(l.least, sorted[0]);
      assert.equal(l.refits_by_k.reduce((x, y) => x + y, 0), 6);
      assert.ok(new Set(l.agreement).size > 1); // other people each time
    }
  }
});

check('two groups cut out of independent votes are not found again', () => {
  assert.equal(opinion('generate', '--participants', '600', '--statements', '60', '--votes-mean', '20', '--seed', '3', '--shape', 'none',
    '--out', at('none.csv')).status, 0);
  const s = stability(at('none.csv'));
  assert.equal(s.own_k.k, 1);
  assert.ok(s.two_groups.mean < 0.3, JSON.stringify(s.two_groups));
});

check('votes of one time are where the method of Polis goes by the rows', () => {
  const [, ...rows] = readFileSync(at('votes.csv'), 'utf8').trim().split('\n');
  const tied = file('tied.csv', `participant,statement,vote,timestamp\n${rows.map((r) => `${r},5\n`).join('')}`);
  assert.equal(stability(tied).same_bytes_in_another_order, 6);
  assert.equal(stability(tied, '--method', 'polis').same_bytes_in_another_order, 0);
});

check('the same seed gives the same figures, as a table, too', () => {
  const [a, b, c] = ['4', '4', '5'].map((seed) => opinion('stability', at('votes.csv'), '--resamples', '3', '--seed', seed));
  assert.equal(a.status, 0);
  assert.equal(a.out, b.out);
  assert.notEqual(a.out, c.out);
  says(a.out, /^400 people, 60 statements, \d+ votes; 3 times as many people drawn anew$/m, /^as it chooses +2 +\d\.\d{3}/m,
    /^two groups +2 +\d\.\d{3} +\d\.\d{3} +\d\.\d{3} +0 3 0 0 0 0$/m, 'rows in another order: the same bytes 3 times of 3');
});

check('hardly any votes have an answer here, too', () => {
  for (const rows of ['1,1,1\n', '1,1,1\n2,2,-1\n']) {
    const s = stability(file('few.csv', `participant,statement,vote\n${rows}`));
    assert.equal(s.same_bytes_in_another_order, 6);
    assert.equal(s.own_k.mean, 1);
  }
});

check('what cannot be done is said', () => {
  assert.equal(opinion('stability').status, 2);
  assert.equal(opinion('stability', at('votes.csv'), '--resamples', '0').status, 2);
  assert.equal(opinion('stability', at('votes.csv'), '--seed', 'x').status, 2);
  assert.equal(opinion('stability', at('votes.csv'), '--method', 'guess').status, 2);
  assert.equal(opinion('stability', at('votes.csv'), '--format', 'guess').status, 2);
  assert.equal(opinion('stability', at('nothing')).status, 4);
  assert.equal(opinion('stability', file('bad.csv', 'participant,statement,vote\n1,1,7\n')).status, 3);
  assert.equal(opinion('stability', file('half.csv', 'participant,statement,vote\n1,1,7\n1,1,1\n'), '--skip-bad').status, 0);
  assert.equal(opinion('stability', at('votes.csv'), '--resamples', '1', '--json', '/dev/full').status, 1);
});

rmSync(folder, { recursive: true, force: true });
finish();
