// twice -- the server is started twice: on one port, and on one folder.

import assert from 'node:assert/strict';
import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Instance, lookUp, receiptOf } from './world.mjs';
import { fault } from './cases.mjs';

async function samePort() {
  const instance = Instance.make('port'), other = Instance.make('port-other');
  await instance.start();
  const second = other.run(['serve', other.folder, '--listen', `127.0.0.1:${instance.port}`]);
  assert.equal(second.status, 7, `how the second ended: ${second.stderr}`);
  assert.match(second.stderr, new RegExp(`shangliang: cannot serve on 127.0.0.1:${instance.port}: another program listens there`));
  assert.doesNotMatch(second.stdout, /serving on port/);
  assert.equal((await new Client(instance).get('/')).status, 200);
  assert.equal(await instance.stop(), 0);
  await other.start(instance.port); // it was the port, and nothing else
  assert.equal(await other.stop(), 0);
}

fault('The second server on a port says that the port is taken, and ends with 7', samePort);

async function sameFolder() {
  const first = Instance.make('folder');
  await first.start();
  const second = first.run(['serve', first.folder, '--listen', '127.0.0.1:0']);
  assert.equal(second.status, 7, `how the second ended: ${second.stderr}`);
  assert.match(second.stderr, /another server serves this folder already/);
  assert.equal((await new Client(first).get('/')).status, 200);
  await first.kill();
  await first.start(); // the kernel gave the lock back
  assert.equal(await first.stop(), 0);
}

fault('The second server on a folder is refused, also after the first was killed and came back', sameFolder);

// Two folders may name one file (commands run beside a server just so), so it must do no harm.
async function sameDatabase() {
  const first = Instance.make('shared'), second = new Instance(`${first.folder}-too`);
  cpSync(first.folder, second.folder, { recursive: true });
  rmSync(join(second.folder, 'shangliang.db'));
  appendFileSync(join(second.folder, 'config.yaml'), `database: "sqlite:${join(first.folder, 'shangliang.db')}"\n`);
  await first.start();
  await second.start();
  const told = [];
  await Promise.all([first, second, first, second].map(async (instance, i) => {
    const client = new Client(instance);
    for (let n = 0; n < 5; n++) {
      const title = `Two servers ${i} ${n}`;
      const answer = await client.post('/raise', await client.raiseForm(title, { contact: `two${i}${n}@example.org` }));
      assert.equal(answer.status, 303);
      told.push([receiptOf(answer), title]);
    }
  }));
  assert.equal(new Set(told.map(([receipt]) => receipt)).size, 20);
  for (const instance of [first, second]) {
    const client = new Client(instance);
    for (const [receipt, title] of told) assert.ok((await lookUp(client, receipt)).text.includes(title), title);
  }
  assert.equal(await second.stop(), 0);
  assert.equal(await first.stop(), 0);
  first.verify();
}

fault('Two servers on one SQLite file share it without harm', sameDatabase);
