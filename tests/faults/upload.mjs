// upload -- a file that is cut off in the middle, by the client or by the end of the server.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Client, Instance, halfUploads, lookUp, multipart, pdf, receiptOf, sleep, until } from './world.mjs';
import { fault } from './cases.mjs';

// The form with the file, of which only a part is sent; gives the open connection.
export async function begun(client, form, file, part = 0.5) {
  const { type, body } = multipart(form, file);
  const socket = connect(client.instance.port, '127.0.0.1');
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const head = Object.entries({ Host: 'localhost', ...client.headers(), 'Content-Type': type, 'Content-Length': body.length });
  socket.write(`POST /raise HTTP/1.1\r\n${head.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`);
  const half = Math.floor(body.length * part);
  await new Promise((resolve) => socket.write(body.subarray(0, half), resolve));
  return { socket, rest: body.subarray(half) };
}

const upload = (files) => join(files, halfUploads(files)[0]);

async function arrived(files, least) {
  await until(() => halfUploads(files).length === 1 && statSync(upload(files)).size > least, 'half of the file never arrived');
}

async function cutOff() {
  const instance = Instance.make('cut');
  const files = join(instance.folder, 'files');
  const password = instance.person('anna');
  await instance.start();
  const client = new Client(instance);
  await client.signIn('anna', password);
  const form = await client.raiseForm('Cut off in the middle');

  for (const end of [(s) => s.destroy(), (s) => s.resetAndDestroy(), (s) => s.end()]) {
    const { socket } = await begun(client, form, pdf('lamp.pdf', 3_000_000));
    socket.on('error', () => {});
    await arrived(files, 1_400_000);
    end(socket);
    await until(() => halfUploads(files).length === 0, `half an upload is left behind by ${end}`, 5000);
  }
  assert.deepEqual(readdirSync(files), [], 'something is left behind');
  assert.equal(instance.number("SELECT COUNT(*) FROM matter WHERE source = ''"), 0, 'half a form was taken for a whole');

  // The server goes on: the same form, sent whole.
  const sent = await client.send('/raise', form, pdf('lamp.pdf', 3_000_000));
  assert.equal(sent.status, 303);
  assert.equal((await lookUp(client, receiptOf(sent))).status, 200);

  // Killed with half a file, it leaves that. A later start takes away what is old; what is new may
  // belong to another server that shares the folder.
  const dying = await begun(client, form, pdf('lamp.pdf', 3_000_000));
  dying.socket.on('error', () => {});
  await until(() => halfUploads(files).length === 1, 'half of the file never arrived');
  await instance.kill();
  const [left] = halfUploads(files);
  assert.ok(left, 'nothing is left of the upload: this says nothing about clearing up');
  await instance.start();
  await client.get('/');
  assert.ok(existsSync(join(files, left)), 'another server would have lost an upload');
  assert.equal(await instance.stop(), 0);
  const hourAgo = Date.now() / 1000 - 3700;
  utimesSync(join(files, left), hourAgo, hourAgo);
  await instance.start();
  await until(() => halfUploads(files).length === 0, 'half an upload is left for ever', 5000);
  assert.equal(await instance.stop(), 0);
  instance.verify();
}

fault('An upload that is cut off leaves nothing behind, and the server goes on', cutOff);

// Where the end comes together with bytes, the HTTP library does not see it before the time limit
// of the connection, thirty seconds; until then nothing but the file and a socket is held.
async function cutOffWhileItIsRead() {
  const instance = Instance.make('cut-flowing');
  const files = join(instance.folder, 'files');
  await instance.start();
  const client = new Client(instance);
  const form = await client.raiseForm('Cut off while it flows', { contact: 'flow@example.org' });
  for (let i = 0; i < 5; i++) {
    const { socket } = await begun(client, form, pdf('lamp.pdf', 3_000_000));
    socket.on('error', () => {});
    socket.destroy();
  }
  assert.equal((await client.get('/')).status, 200);
  await sleep(1000);
  await until(() => halfUploads(files).length === 0, 'half an upload is left behind', 35_000);
  client.hangUp(); // its own connection is as old as the others, and may be closing
  assert.equal((await client.post('/raise', form)).status, 303);
  assert.equal(await instance.stop(), 0);
}

fault('Uploads cut off while they are read are gone after the time limit of a connection', cutOffWhileItIsRead, { isSlow: true });
