// command.mjs -- `shangliang opinion` as somebody at a terminal uses it: what it says of a file it cannot take, and
// that what it makes is what it reads. SHANGLIANG names the program. Ends in "N passed, N failed".

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish } from './checks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'shangliang-opinion-'));
const at = (name) => join(folder, name);

function file(name, text) {
  writeFileSync(at(name), text);
  return at(name);
}

function opinion(...args) {
  const made = spawnSync(process.env.SHANGLIANG, ['opinion', ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status: made.status, out: made.stdout, said: made.stderr };
}

const analyse = (path, ...more) => opinion('analyze', path, '--method', 'polis', ...more);
const head = 'participant,statement,vote\n';

function refuses(name, text, sentence) {
  check(`${name} is refused with its place`, () => {
    const { status, said } = analyse(file('votes.csv', text));
    assert.equal(status, 3);
    assert.ok(said.startsWith(`${at('votes.csv')}:${sentence}`), said);
  });
}

refuses('an empty file', '', '1: there is no row in it');
refuses('a file with names alone', head, '1: there is no row in it');
refuses('a vote of 2', `${head}1,1,1\n1,2,2\n`, '3:3: this is none of -1, 0 and 1 in the column vote');
refuses('an id past 64 bits', `${head}18446744073709551616,1,1\n`, '2:1: this is no number of 64 bits in the column participant');
refuses('a missing column', 'participant,vote\n1,1\n', '1: there is no column statement');
refuses('a short row', `${head}1,1\n`, '2:2: the row ends before the column vote');
refuses('an open quote', `${head}1,1,"1\n`, '2:3: the file ends inside quotes');

check('more statements than a vote can name are refused', () => {
  const rows = Array.from({ length: 30_000 }, (_, i) => `1,${i},1\n`).join('');
  const { status, said } = analyse(file('many.csv', head + rows));
  assert.equal(status, 3);
  assert.match(said, /more than 21845 statements/);
});

check('bad rows are left out when asked, and counted', () => {
  const { status, out, said } = analyse(file('some.csv', `${head}1,1,1\n1,2,7\n2,1,x\n2,1,-1\n`), '--skip-bad');
  assert.equal(status, 0);
  assert.match(out, /^2 people, 1 statements, 2 votes/);
  assert.match(said, /2 rows were skipped/);
});

check('a byte order mark, CR LF and GB18030 in a text do no harm', () => {
  const text = Buffer.concat([Buffer.from('\ufeffparticipant,statement,vote,note\r\n1,1,1,'), Buffer.from([0xd0, 0x5f]), Buffer.from('\r\n')]);
  assert.equal(analyse(file('marked.csv', text)).status, 0);
});

check('what is not there, or is no file of votes, is said', () => {
  assert.equal(analyse(at('nothing')).status, 4);
  mkdirSync(at('void'));
  assert.equal(analyse(at('void')).status, 4);
  assert.equal(opinion('analyze', at('some.csv'), '--method', 'guess').status, 2);
  assert.equal(analyse(at('some.csv'), '--format', 'guess').status, 2);
  assert.equal(opinion('guess').status, 2);
  assert.equal(opinion('analyze', at('some.csv'), '--groups', '7').status, 2);
  assert.equal(opinion('analyze', at('some.csv'), '--seed', 'x').status, 2);
  assert.equal(analyse(at('some.csv'), '--groups', '2').status, 2);
});

const plan = ['--participants', '400', '--statements', '60', '--votes-mean', '20', '--groups', '2'];

check('votes that are made up are the same for the same seed', () => {
  for (const [name, seed] of [['a.csv', '7'], ['b.csv', '7'], ['c.csv', '8']]) {
    assert.equal(opinion('generate', ...plan, '--seed', seed, '--out', at(name), '--truth', at(`${name}.truth`)).status, 0);
  }
  assert.equal(readFileSync(at('a.csv'), 'utf8'), readFileSync(at('b.csv'), 'utf8'));
  assert.notEqual(readFileSync(at('a.csv'), 'utf8'), readFileSync(at('c.csv'), 'utf8'));
});

check('their two groups are found again', () => {
  const truth = new Map(readFileSync(at('a.csv.truth'), 'utf8').trim().split('\n').slice(1).map((l) => l.split(',')));
  const { participant_group: group } = JSON.parse(analyse(at('a.csv'), '--json', '-').out);
  const same = Object.entries(group).filter(([id, g]) => String(g) === truth.get(id)).length;
  const count = Object.keys(group).length;
  assert.equal(truth.size, 400);
  assert.ok(Math.max(same, count - same) > 0.8 * count, `${same} of ${count}`);
});

const ours = (path, ...more) => opinion('analyze', path, ...more);
const answer = (path, ...more) => JSON.parse(ours(path, '--json', '-', ...more).out);

check('our own method finds them too, and says how sure it is', () => {
  const truth = new Map(readFileSync(at('a.csv.truth'), 'utf8').trim().split('\n').slice(1).map((l) => l.split(',')));
  const a = answer(at('a.csv'));
  assert.equal(a.method, 'default');
  assert.equal(a.k, 2);
  assert.notEqual(a.verdict, 'none');
  const group = Object.entries(a.participant_group);
  const same = group.filter(([id, g]) => String(g) === truth.get(id)).length;
  assert.ok(Math.max(same, group.length - same) > 0.8 * group.length, `${same} of ${group.length}`);
  assert.equal(a.groups.reduce((n, g) => n + g.size, 0), group.length);
  for (const m of Object.values(a.membership)) assert.ok(Math.abs(m[0] + m[1] - 1) < 1e-9);
  for (const list of Object.values(a.representative)) {
    for (const t of list) assert.ok(t.more.low < t.more.at && t.more.at < t.more.high && t.more.at > 0);
  }
  assert.deepEqual([...a.consensus.agree, ...a.consensus.disagree].sort(), [...a.common_ground].sort());
  assert.ok(a.run.peak_bytes > 0 && a.run.seconds.axes >= 0);
});

check('rows in another order give the same answer', () => {
  const [names, ...rows] = readFileSync(at('a.csv'), 'utf8').trim().split('\n');
  const other = ours(file('turned.csv', `${[names, ...rows.reverse()].join('\n')}\n`), '--json', '-').out;
  const bare = (text) => text.replace(/,"run":.*$/s, '');
  assert.equal(bare(other), bare(ours(at('a.csv'), '--json', '-').out));
});

check('a binary log of the same votes gives the same answer, and is said when it is cut', () => {
  assert.equal(opinion('generate', ...plan, '--seed', '7', '--format', 'log', '--out', at('a.log')).status, 0);
  const bare = (path) => ours(path, '--json', '-').out.replace(/,"run":.*$/s, '');
  const rows = readFileSync(at('a.csv'), 'utf8').trim().split('\n').length - 1;
  const log = readFileSync(at('a.log'));
  assert.equal(log.length, 32 + 8 * rows);
  assert.equal(bare(at('a.log')), bare(at('a.csv')));
  const cut = ours(file('cut.log', log.subarray(0, 32 + 8 * 5 + 3)));
  assert.equal(cut.status, 3);
  assert.equal(cut.said, `${at('cut.log')}:6: the file ends inside this row\n`);
  assert.match(ours(file('cut.log', log.subarray(0, 100)), '--skip-bad').said, /1 rows were skipped/);
  assert.match(ours(at('a.csv'), '--format', 'log').said, /this is not how a log of votes begins/);
  assert.equal(opinion('generate', ...plan, '--format', 'xml', '--out', at('x')).status, 2);
});

check('any number of threads gives the same answer, none and too many are refused', () => {
  opinion('generate', '--participants', '9000', '--statements', '40', '--votes-mean', '15', '--groups', '3', '--out', at('crowd.csv'));
  const answers = ['1', '2', '3'].map((threads) => {
    const answer = JSON.parse(opinion('analyze', at('crowd.csv'), '--threads', threads, '--json', '-').out);
    assert.equal(answer.run.threads, Number(threads));
    delete answer.run;
    return JSON.stringify(answer);
  });
  assert.equal(answers[0], answers[1]);
  assert.equal(answers[0], answers[2]);
  for (const threads of ['0', '65', 'two'])
    assert.match(opinion('analyze', at('crowd.csv'), '--threads', threads).said, /--threads is 1 to 64/);
});

check('our own method, which takes plain files a quicker way, says the same of those that are not', () => {
  for (const [text, sentence] of [
    ['', '1: there is no row in it'],
    [`${head}1,1,1\n1,2,2\n`, '3:3: this is none of -1, 0 and 1 in the column vote'],
    [`${head}1,1,1\n1,2`, '3:2: the row ends before the column vote'],
  ]) {
    const { status, said } = opinion('analyze', file('not-plain.csv', text));
    assert.equal(status, 3);
    assert.ok(said.startsWith(`${at('not-plain.csv')}:${sentence}`), said);
  }
  const { status, said } = opinion('analyze', at('nowhere.csv'));
  assert.equal(status, 4);
  assert.match(said, /cannot be read/);
});

check('so many groups as asked for, and none where there are none', () => {
  assert.equal(answer(at('a.csv'), '--groups', '1').k, 1);
  assert.equal(opinion('generate', '--participants', '2000', '--statements', '60', '--votes-mean', '20', '--seed', '3',
    '--shape', 'none', '--out', at('none.csv')).status, 0);
  const a = answer(at('none.csv'));
  assert.equal(a.verdict, 'none');
  assert.equal(a.k, 1);
  assert.match(ours(at('none.csv')).out, /no separate groups/);
});

check('hardly any votes have an answer', () => {
  for (const rows of ['1,1,1\n', '1,1,1\n2,2,-1\n', '1,1,1\n2,1,1\n3,1,1\n']) {
    const { status, out } = ours(file('few.csv', head + rows), '--json', '-');
    assert.equal(status, 0);
    assert.equal(JSON.parse(out).verdict, 'none');
    assert.ok(!out.includes('null') && !out.includes('nan'));
  }
});

check('a plan that cannot be is refused', () => {
  const out = ['--out', at('x.csv')];
  assert.equal(opinion('generate', ...plan).status, 2);
  assert.equal(opinion('generate', ...plan, ...out, '--shape', 'star').status, 2);
  assert.equal(opinion('generate', ...plan, ...out, '--shape', 'disc').status, 2);
  assert.equal(opinion('generate', '--participants', '0', '--statements', '5', '--votes-mean', '2', ...out).status, 2);
  assert.equal(opinion('generate', '--participants', '5', '--statements', '5', '--votes-mean', '6', ...out).status, 2);
  assert.equal(opinion('generate', '--participants', '5', '--statements', '21846', '--votes-mean', '6', ...out).status, 2);
});

check('an answer that cannot be written is said', () => {
  const { status, said } = analyse(at('a.csv'), '--json', '/dev/full');
  assert.equal(status, 1);
  assert.match(said, /cannot be written/);
});

check('bench tells both methods and their ratio, and knows its cases', () => {
  const { status, out } = opinion('bench', '--case', '1000x100', '--json', at('bench.json'));
  assert.equal(status, 0);
  assert.match(out, /default \/ polis +[0-9.]+/);
  const rows = JSON.parse(readFileSync(at('bench.json')));
  assert.ok(rows.some((row) => row.what === 'polis: base clusters' && row.value > 0));
  const unknown = opinion('bench', '--case', 'nothing');
  assert.equal(unknown.status, 2);
  assert.match(unknown.said, /there is no case nothing/);
});

rmSync(folder, { recursive: true, force: true });
finish();
