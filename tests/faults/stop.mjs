// stop -- the server is asked to end (SIGTERM) while people are at it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Client, Instance, halfUploads, lookUp, pdf, sleep, until } from './world.mjs';
import { fault } from './cases.mjs';
import { Load } from './load.mjs';
import { begun } from './upload.mjs';

const SIGN_INS = 5;

async function stopped() {
  const instance = Instance.make('stopped');
  const load = new Load(instance);
  await instance.start();
  await load.prepare();
  const password = instance.person('berta');
  const slow = await Promise.all(Array.from({ length: SIGN_INS }, async () => {
    const client = new Client(instance);
    return { client, form: { ...await client.form('/sign-in'), name: 'berta', password } };
  }));
  const form = await load.person.raiseForm('Half sent when it was to end');

  // Begun before, ended after: sign-ins that stand in a queue, and half a form with a file.
  load.begin();
  const half = await begun(load.person, form, pdf('lamp.pdf', 1_000_000));
  let said = '';
  half.socket.on('data', (bytes) => { said += bytes; });
  half.socket.on('error', () => {});
  const closed = new Promise((resolve) => half.socket.once('close', resolve));
  const answers = slow.map(({ client, form: fields }) => client.post('/sign-in', fields));
  await sleep(200);
  const ended = instance.stop();
  await sleep(100);
  half.socket.write(half.rest);
  for (const answer of await Promise.allSettled(answers)) assert.equal(answer.value?.status, 303, `a sign-in that was begun: ${answer.reason}`);
  await closed;
  assert.match(said, /^HTTP\/1\.1 303 /, 'a form that was half sent');
  assert.equal(await ended, 0, 'how the server ended');
  await load.end();

  instance.verify();
  assert.equal(instance.number('SELECT COUNT(*) FROM ledger_entry WHERE sequence IS NULL'), 0, 'entries it had not sealed');
  await instance.start();
  const receipt = said.match(/Location: \/raise\/done\/(\w+)/)[1];
  assert.equal((await lookUp(load.person, receipt)).status, 200, 'the form that was half sent');
  await load.isAllThere();
  load.isWhole();
  assert.equal(await instance.stop(), 0);
  return `${load.told.size} matters`;
}

fault('Asked to end, the server finishes what was begun, ends with 0, and all is there', stopped);

// Somebody who never ends does not keep the server from ending.
async function stalled() {
  const instance = Instance.make('stalled');
  await instance.start();
  const client = new Client(instance);
  const form = await client.raiseForm('Never sent whole', { contact: 'never@example.org' });
  const { socket } = await begun(client, form, pdf('lamp.pdf', 1_000_000));
  socket.on('error', () => {});
  await until(() => halfUploads(join(instance.folder, 'files')).length === 1, 'half of the file never arrived');
  const asked = Date.now();
  assert.equal(await instance.stop(), 0);
  assert.ok(Date.now() - asked < 15_000, `it took ${Date.now() - asked} ms`);
  assert.deepEqual(halfUploads(join(instance.folder, 'files')), [], 'half an upload is left behind');
  instance.verify();
}

fault('Asked to end, the server waits ten seconds for somebody who does not go on, and no longer', stalled, { isSlow: true });
