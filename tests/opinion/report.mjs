// report.mjs -- the map and the report of `shangliang opinion analyze`: each a file that needs nothing else, in both
// languages, with nobody in it and no text of a stranger taken for markup. SHANGLIANG names the program.
// Ends in "N passed, N failed".

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish } from './checks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'shangliang-report-'));
const at = (name) => join(folder, name);

function opinion(...args) {
  const made = spawnSync(process.env.SHANGLIANG, ['opinion', ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status: made.status, out: made.stdout, said: made.stderr };
}

function generate(name, ...plan) {
  assert.equal(opinion('generate', '--seed', '3', '--out', at(name), ...plan).status, 0);
  return at(name);
}

function drawn(path, ...more) {
  const { status, out, said } = opinion('analyze', path, ...more);
  assert.equal(status, 0, said);
  return out;
}

const page = (path, lang, ...more) => drawn(path, '--html', '-', '--lang', lang, ...more);
const picture = (path, lang, ...more) => drawn(path, '--svg', '-', '--lang', lang, ...more);
const bare = (html) => html.replace(/<style>.*?<\/style>/s, '');
const plain = (html) => bare(html).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const camps = generate('camps.csv', '--participants', '1500', '--statements', '60', '--votes-mean', '30', '--groups', '3');
const cloud = generate('cloud.csv', '--participants', '1500', '--statements', '60', '--votes-mean', '30', '--shape', 'disc');
const few = generate('few.csv', '--participants', '12', '--statements', '20', '--votes-mean', '12', '--groups', '2');

check('map and report load nothing and run nothing', () => {
  for (const text of [page(camps, 'zh'), page(camps, 'en'), picture(camps, 'zh'), page(cloud, 'en')]) {
    const own = text.replaceAll('http://www.w3.org/2000/svg', '');
    assert.doesNotMatch(own, /https?:|\/\/|<script|<link|<img|<iframe|@import|url\(|\son\w+=|javascript:|data:/i);
  }
});

check('both are whole documents', () => {
  const html = page(camps, 'en');
  assert.match(html, /^<!doctype html>\n<html lang="en">/);
  assert.match(html, /<\/html>\s*$/);
  assert.match(html, /<meta name="viewport"/);
  const svg = picture(camps, 'en');
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  assert.match(svg, /<\/svg>\s*$/);
});

check('the report is in Chinese or in English, wholly', () => {
  assert.match(page(camps, 'zh'), /<html lang="zh-CN">/);
  assert.doesNotMatch(page(camps, 'en') + picture(camps, 'en'), /\p{Script=Han}/u);
  const words = plain(page(camps, 'zh')).match(/[a-z]{4,}/gi) ?? [];
  assert.deepEqual([...new Set(words)], ['opinion']); // the document that describes the method
  assert.equal(drawn(camps, '--html', '-'), page(camps, 'zh'));
  assert.doesNotMatch(page(camps, 'zh'), /投票/);
});

check('what a mayor asks is answered', () => {
  const text = plain(page(camps, 'en'));
  for (const part of ['Common ground', 'Who is where', 'What each group stands for', 'What divides', 'What bridges',
    'How sure this is', 'How it was computed', 'What is not shown, and why', 'not the whole town']) {
    assert.ok(text.includes(part), part);
  }
});

check('groups are told by letter, sign and number, in a table beside the map', () => {
  const answer = JSON.parse(drawn(camps, '--json', '-'));
  const html = page(camps, 'en');
  assert.equal(answer.k, 3);
  answer.groups.forEach(({ size }, g) => {
    const letter = 'ABC'[g];
    assert.match(html, new RegExp(`<th scope="row"><svg.*?</svg>${letter}</th><td class="right">${size}</td>`));
    assert.match(html, new RegExp(`<text class="map-letter [^>]*>${letter}</text>`));
  });
  const signs = [...html.matchAll(/<path d="([^"]+)" fill="#/g)].map((m) => m[1].replace(/[\d ]/g, ''));
  assert.equal(new Set(signs.slice(0, 3)).size, 3);
  assert.match(html, /<svg [^>]*role="img" aria-labelledby="map-title map-text"/);
  assert.match(html, /<desc id="map-text">Group A: \d+ people/);
});

check('no separate groups is a verdict, with a map and without letters', () => {
  const html = page(cloud, 'en');
  assert.match(html, /<h1>There are no separate groups of opinion<\/h1>/);
  assert.match(bare(html), /class="map-marks/);
  assert.doesNotMatch(bare(html), /map-letter |map-hull |What each group stands for/);
  assert.match(page(cloud, 'zh'), /<h1>没有彼此分开的意见群<\/h1>/);
  assert.match(page(cloud, 'en', '--groups', '2'), /<h1>2 groups, as asked for; they are not separate<\/h1>/);
});

check('few people have a report, and no map', () => {
  const html = page(few, 'en');
  assert.match(html, /There are too few answers for a verdict/);
  assert.doesNotMatch(bare(html), /map-marks/);
  assert.doesNotMatch(picture(few, 'zh'), /map-marks/);
});

check('no statement with a count that is held back is told by groups', () => {
  const some = generate('some.csv', '--participants', '700', '--statements', '60', '--votes-mean', '14', '--groups', '2');
  const answer = JSON.parse(drawn(some, '--json', '-', '--groups', '2'));
  const told = [...page(some, 'en', '--groups', '2').matchAll(/<div class="said"><p class="words">Statement (\d+).*?<\/ul>/gs)];
  const held = new Set(Object.values(answer.suppressed).flat());
  assert.ok(held.size > 5 && told.length > 4, `${held.size} held back, ${told.length} told`);
  for (const [, id] of told) assert.ok(!held.has(Number(id)), `statement ${id}`);
});

// Every sign is a cell: as many of a group as there are cells with five people of it, at most.
check('no sign stands for fewer than five people', () => {
  const answer = JSON.parse(drawn(camps, '--json', '-'));
  const html = page(camps, 'en');
  const signs = (html.match(/<path class="map-marks [^>]*>/g) ?? []).map((m) => m.match(/ d="([^"]*)"/)[1].split('M').length - 1);
  assert.equal(signs.length, 3);
  answer.groups.forEach(({ size }, g) => assert.ok(signs[g] > 3 && signs[g] * 5 <= size, `${signs[g]} signs, ${size} people`));
});

function polis(name, bodies, topic = 'topic,Trees\n') {
  mkdirSync(at(name));
  const rows = readFileSync(camps, 'utf8').trim().split('\n').slice(1).map((line) => {
    const [person, statement, vote] = line.split(',');
    return `0,x,${statement},${person},${vote}`;
  });
  writeFileSync(join(at(name), 'votes.csv'), `timestamp,datetime,comment-id,voter-id,vote\n${rows.join('\n')}\n`);
  writeFileSync(join(at(name), 'comments.csv'), bodies);
  writeFileSync(join(at(name), 'summary.csv'), topic);
  return at(name);
}

const comments = (body) => `comment-id,moderated,comment-body\n${Array.from({ length: 60 }, (_, i) => `${i},0,"${body.replace('#', i)}"`).join('\n')}\n`;

check('texts of statements are shown, and never markup', () => {
  const path = polis('hostile', comments('<script>alert(#)</script> ""quoted"" & </svg><b onclick=x>'), 'topic,"</title><script>1</script>"\n');
  for (const text of [page(path, 'en'), picture(path, 'en')]) {
    assert.doesNotMatch(text, /<script|<b |<\/title><|<\/desc><\/svg>/);
    assert.match(text, /&lt;script&gt;alert\(\d+\)&lt;\/script&gt;/);
  }
  assert.match(page(path, 'en'), /&lt;\/svg&gt;&lt;b onclick=x&gt;/);
});

check('a text with line breaks, control characters or no end harms nothing', () => {
  const path = polis('odd', comments(`one\r\ntwo \u0000\u0007\u001b[1m three ${'long '.repeat(400)}#`));
  const html = page(path, 'en');
  assert.match(html, /one two/);
  assert.doesNotMatch(html + picture(path, 'en'), /[\u0000-\u0008\u000b-\u001f]/);
  assert.match(html, /(long ){90}/);
  assert.doesNotMatch(html, /(long ){150}/);
});

check('a table of a Chinese desktop is read', () => {
  const head = Buffer.from('comment-id,moderated,comment-body\n');
  const rows = Array.from({ length: 60 }, (_, i) => Buffer.concat([Buffer.from(`${i},0,`), Buffer.from([0xc9, 0xcc, 0xc1, 0xbf]), Buffer.from('\n')]));
  const path = polis('gb18030', Buffer.concat([head, ...rows]), Buffer.from('topic,Trees\n'));
  assert.match(page(path, 'zh'), /<p class="words">商量<\/p>/);
});

check('without a column of texts statements are told by number', () => {
  const path = polis('bare', 'comment-id,moderated\n0,0\n', '');
  assert.match(page(path, 'en'), /<p class="words">Statement \d+/);
  assert.match(page(path, 'zh'), /<p class="words">意见\d+/);
});

check('the same votes are the same file, beside the JSON', () => {
  assert.equal(opinion('analyze', camps, '--json', at('a.json'), '--svg', at('a.svg'), '--html', at('a.html'), '--lang', 'en').out, '');
  assert.equal(readFileSync(at('a.html'), 'utf8'), page(camps, 'en'));
  assert.equal(readFileSync(at('a.svg'), 'utf8'), picture(camps, 'en'));
  assert.equal(JSON.parse(readFileSync(at('a.json'), 'utf8')).k, 3);
});

check('what cannot be drawn or written is said', () => {
  assert.equal(opinion('analyze', camps, '--html', '-', '--lang', 'fr').status, 2);
  const { status, said } = opinion('analyze', camps, '--method', 'polis', '--svg', '-');
  assert.equal(status, 2);
  assert.match(said, /--svg and --html/);
  assert.equal(opinion('analyze', camps, '--html', at('no/such/folder')).status, 1);
});

rmSync(folder, { recursive: true });
finish();
