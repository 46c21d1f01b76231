// duplicates.mjs -- `shangliang opinion duplicates` as somebody at a terminal uses it: the pairs it flags, those it
// does not, and what it says of a file it cannot take. SHANGLIANG names the program. Ends in "N passed, N failed".

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish } from './checks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'shangliang-duplicates-'));
const at = (name) => join(folder, name);

function file(name, text) {
  writeFileSync(at(name), text);
  return at(name);
}

function duplicates(...args) {
  const made = spawnSync(process.env.SHANGLIANG, ['opinion', 'duplicates', ...args], { encoding: 'utf8' });
  return { status: made.status, out: made.stdout, said: made.stderr };
}

const head = 'statement,text\n';
const of = (rows, name = 'texts.csv') => duplicates(file(name, head + rows));

check('a pair is shown with both texts and the words that differ', () => {
  const { status, out, said } = of('7,Dogs must stay on the leash at the beach\n12,The library should open later\n' +
    '3,"Dogs must stay on the lease, at the beach!"\n');
  assert.equal(status, 0);
  assert.equal(said, '');
  assert.equal(out.split('\n').slice(0, 5).join('\n'), ['3 and 7: 0.83',
    '  3: Dogs must stay on the lease, at the beach!', '  7: Dogs must stay on the leash at the beach',
    '  differs: [lease] / [leash]', '3 statements compared, 0 moderated out; 1 pairs are nearly the same'].join('\n'));
});

check('Chinese in both scripts is compared character by character', () => {
  const { out } = of('1,建议小區門口增加路燈照明\n2,社区门口增加路灯照明\n');
  assert.match(out, /^1 and 2: 0\.\d\d\n {2}1: 建议小區門口增加路燈照明\n {2}2: 社区门口增加路灯照明\n {2}differs: \[小\] \/ \[社\]\n/);
});

check('a pair that a number, a negation or opposites tell apart is counted and not shown', () => {
  const { out } = of('1,People under 30 should travel free of charge\n2,People under 40 should travel free of charge\n' +
    '3,Cars should be allowed in the old town centre\n4,Cars should not be allowed in the old town centre\n' +
    '5,图书馆开放时间应该延长\n6,图书馆开放时间应该缩短\n');
  assert.equal(out, '6 statements compared, 0 moderated out; 0 pairs are nearly the same\n' +
    'not among them, since what differs may decide: 1 by a number, 1 by a negation, 1 by opposites\n');
});

check('the folder of an export is read, and what is moderated out is not compared', () => {
  mkdirSync(at('export'));
  const names = 'timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n';
  const row = (id, moderated, text) => `1568101622999,"Tue, Sep",${id},4,1,0,${moderated},"${text}"\n`;
  file('export/comments.csv', names + row(1, 1, 'We need ""green"" roofs') + row(2, 0, 'we need green\r\nroofs') +
    row(3, -1, 'We need green roofs'));
  const { status, out } = duplicates(at('export'));
  assert.equal(status, 0);
  assert.match(out, /^1 and 2: 1\.00\n {2}1: We need "green" roofs\n {2}2: we need green {2}roofs\n2 statements compared, 1 moderated out; 1 pairs/);
  assert.equal(duplicates(at('export/comments.csv')).out, out);
  assert.match(duplicates(at('export'), '--all').out, /^1 and 2: .*^1 and 3: .*^2 and 3: .*^3 statements compared, 0 moderated out; 3 pairs/ms);
});

check('a long text is compared whole, and one that is too long is said', () => {
  const long = Array.from({ length: 300 }, (_, i) => `word${String.fromCharCode(97 + (i % 26), 97 + ((i * 7) % 26), 97 + (i % 17))}`).join(' ');
  assert.match(of(`1,${long} garden\n2,${long} harbour\n`).out, /differs: \[garden\] \/ \[harbour\]/);
  const { status, said } = of(`1,short\n2,${'ab '.repeat(6000)}\n`);
  assert.equal(status, 3);
  assert.equal(said, `${at('texts.csv')}:3:2: the text is longer than 16384 bytes\n`);
});

check('a text cannot move the cursor, and bytes that are not UTF-8 are said', () => {
  const same = Buffer.concat([Buffer.from('\ufeffstatement,text\r\n1,"late \x1b[2Jbuses \u202e run"\r\n2,late [2jbuses '), Buffer.from([0xd0, 0x5f]),
    Buffer.from(' run\r\n')]);
  const { status, out, said } = duplicates(file('garbled.csv', same));
  assert.equal(status, 0);
  assert.ok(!/[\x00-\x09\x0b-\x1f\u202e]/.test(out), out);
  assert.equal(said, `${at('garbled.csv')}:3: the text is not all UTF-8; such bytes were taken as space\n`);
});

function refuses(name, text, sentence) {
  check(`${name} is refused with its place`, () => {
    const { status, out, said } = duplicates(file('bad.csv', text));
    assert.equal(status, 3);
    assert.equal(said, `${at('bad.csv')}:${sentence}\n`);
    assert.equal(out, '');
  });
}

refuses('an empty file', '', '1: there is no row in it');
refuses('a file with names alone', head, '1: there is no row in it');
refuses('a file without texts', 'statement,vote\n1,1\n', '1: there is no column comment-body or text');
refuses('a file without ids', 'text\nhello\n', '1: there is no column comment-id or statement');
refuses('a short row', `${head}1,a\n2\n`, '3: the row ends before its id and text');
refuses('an id that is a word', `${head}one,a\n`, '2:1: this is no number from 0 to 9223372036854775807');
refuses('the same id twice', `${head}1,a\n2,b\n1,c\n`, '4:1: this statement is there already');
refuses('an open quote', `${head}1,"a\n`, '2: the file ends inside quotes');

check('a file that is not there and a wrong use are said', () => {
  assert.equal(duplicates(at('nowhere')).status, 4);
  assert.equal(duplicates().status, 2);
  assert.equal(duplicates(at('texts.csv'), 'more').status, 2);
});

rmSync(folder, { recursive: true, force: true });
finish();
