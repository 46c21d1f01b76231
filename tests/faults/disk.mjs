// disk -- an instance on a small disk of its own that fills up and is cleared again.

import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Instance, begin, formOf, halfUploads, lookUp, pdf, receiptOf, scratch, until } from './world.mjs';
import { fault } from './cases.mjs';

const MIB = 1024 * 1024;

// A tmpfs in a mount namespace of its own: it is gone with the process that holds it, whatever
// happens here, and needs no clearing up. Seen from outside through /proc.
async function smallDisk(mib) {
  const folder = join(scratch, 'disk');
  mkdirSync(folder);
  const holder = begin('unshare', ['--mount', 'sh', '-c',
    `mount -t tmpfs -o size=${mib}m shangliang-faults ${folder} && touch ${folder}/ready && exec sleep 1000`], { stdio: 'ignore' });
  const outside = `/proc/${holder.pid}/root${folder}`;
  await until(() => holder.exitCode !== null || existsSync(join(outside, 'ready')), 'no disk');
  if (holder.exitCode !== null) return null;
  return { folder, outside, prefix: ['nsenter', '--mount', '--target', String(holder.pid)] };
}

// Take all there is, and a page more each time until even that is refused.
function fill(file) {
  for (const size of [MIB, 4096, 1]) {
    for (;;) {
      const before = existsSync(file) ? statSync(file).size : 0;
      try {
        appendFileSync(file, Buffer.alloc(size));
      } catch (error) {
        assert.equal(error.code, 'ENOSPC');
      }
      if (statSync(file).size < before + size) break;
    }
  }
}

const sentences = { en: /out of space and nothing was saved/, zh: /空间不足，没有保存/ };

function refusedAndKept(answer, lang, title) {
  assert.ok([503, 507].includes(answer.status), `status ${answer.status}`);
  assert.match(answer.text, sentences[lang], 'no sentence that says so');
  const again = formOf(answer.text, '/raise');
  assert.ok(again, 'the form is not shown again');
  assert.equal(again.title, title, 'what was typed is gone');
  assert.match(again.situation, /as it stands/);
  return again;
}

async function fullDisk() {
  const disk = await smallDisk(24);
  if (!disk) return { skipped: 'no small disk can be mounted here' };
  const instance = Instance.make('full', { parent: disk.folder, outside: disk.outside, prefix: disk.prefix });
  const files = join(disk.outside, 'full', 'files'), filler = join(disk.outside, 'filler');
  const password = instance.person('anna');
  await instance.start();
  const en = new Client(instance, { lang: 'en' }), zh = new Client(instance, { lang: 'zh' });
  await en.signIn('anna', password);

  // Forms that were open before the disk was full.
  const plain = await en.raiseForm('Full disk, by form'), chinese = await zh.raiseForm('磁盘已满，没有附件', { contact: 'zh@example.org' });
  const withFile = await en.raiseForm('Full disk, with a file');
  fill(filler);
  const told = [];
  let refused;
  for (let i = 0; i < 300 && !refused; i++) { // what the log has set aside is written first
    const title = `Before it was full ${i}`;
    const answer = await en.post('/raise', await en.raiseForm(title));
    if (answer.status === 303) told.push([receiptOf(answer), title]);
    else refused = answer;
  }
  assert.ok(refused, 'the disk never got full');
  refusedAndKept(await en.post('/raise', plain), 'en', plain.title);
  const again = refusedAndKept(await zh.post('/raise', chinese), 'zh', chinese.title);
  assert.match(instance.logged(), /"disk_full"/);

  const picture = pdf('lamp.pdf', 2 * MIB);
  const kept = refusedAndKept(await en.send('/raise', withFile, picture), 'en', withFile.title);
  assert.match((await en.send('/raise', withFile, picture)).text, sentences.en);
  assert.deepEqual(halfUploads(files), [], 'half an upload takes what space there is');

  for (const client of [en, zh]) {
    for (const path of ['/', '/matters', '/raise', '/plan', '/search?q=%E5%85%BB%E8%80%81', '/me']) {
      const page = await client.get(path);
      assert.equal(page.status, client === zh && path === '/me' ? 303 : 200, `GET ${path} on a full disk`);
    }
  }
  assert.ok(instance.isAlive, 'the server has ended');

  rmSync(filler);
  for (const [client, form] of [[en, { ...plain }], [zh, { ...again, step: 'send' }]]) {
    const answer = await client.post('/raise', form);
    assert.equal(answer.status, 303, 'there is space again, and it is refused');
    told.push([receiptOf(answer), form.title]);
  }
  const sent = await en.send('/raise', { ...kept, step: 'send' }, picture);
  assert.equal(sent.status, 303, 'there is space again, and the file is refused');
  told.push([receiptOf(sent), withFile.title]);
  for (const [receipt, title] of told) {
    const page = await lookUp(en, receipt);
    assert.ok(page.status === 200 && page.text.includes(title), `${title} is gone`);
  }
  assert.equal(await instance.stop(), 0);
  instance.verify();
  return `${told.length - 3} forms went in before it was full`;
}

fault('On a full disk forms are refused with what was typed, pages are read, and all goes on when there is space', fullDisk);
