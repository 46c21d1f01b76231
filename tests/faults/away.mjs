// away -- the database server is stopped under the running server, and comes back.

import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { Client, Instance, lookUp, receiptOf, sleep, until } from './world.mjs';
import { fault, hasPostgres, noPostgres, postgresControl, postgresDatabase } from './cases.mjs';
import { Load } from './load.mjs';

const LONGEST_MS = 6000; // from the click to the sentence
const pages = ['/', '/matters', '/raise', '/me', '/search?q=%E5%85%BB%E8%80%81'];
const sentences = { en: /The system is busy and nothing was saved/, zh: /系统正忙，这一次没有保存/ };

async function away() {
  const instance = Instance.make('away', { db: postgresDatabase('away') });
  const load = new Load(instance);
  await instance.start();
  await load.prepare();
  const clients = ['en', 'zh'].map((lang) => {
    const client = new Client(instance, { lang });
    client.jar = new Map(load.person.jar);
    return client;
  });
  const form = await clients[0].raiseForm('Raised while it was away');

  load.begin();
  await sleep(600);
  postgresControl('-m', 'immediate', 'stop');
  try {
    load.stop();
    await load.end();
    let longest = 0;
    await Promise.all(clients.map(async (client) => {
      for (const path of pages) {
        const page = await client.get(path);
        assert.equal(page.status, 503, `GET ${path} without a database`);
        assert.match(page.text, sentences[client.lang], `GET ${path} says nothing of it in ${client.lang}`);
        longest = Math.max(longest, page.ms);
      }
    }));
    const refused = await clients[0].post('/raise', form);
    assert.equal(refused.status, 503, 'POST /raise without a database');
    assert.match(refused.text, sentences.en);
    longest = Math.max(longest, refused.ms);
    assert.ok(longest < LONGEST_MS, `the longest wait was ${longest} ms`);
    assert.ok(instance.isAlive, 'the server has ended');

    const other = `${instance.folder}-too`; // a folder has one server
    cpSync(instance.folder, other, { recursive: true });
    const second = instance.run(['serve', other, '--listen', '127.0.0.1:0']);
    assert.equal(second.status, 7, 'a server started without its database');
    assert.match(second.stderr, /the database cannot be opened/);
  } finally {
    postgresControl('start');
  }
  await until(async () => (await clients[0].get('/matters')).status === 200, 'pages do not come back with the database', 8000);
  const raised = await clients[0].post('/raise', form);
  assert.equal(raised.status, 303, 'POST /raise, the database being back');
  assert.equal((await lookUp(clients[0], receiptOf(raised))).status, 200);
  await load.sendAgain();
  await load.isAllThere();
  load.isWhole();
  assert.equal(await instance.stop(), 0);
  instance.verify();
  return `${load.told.size} matters`;
}

fault('Without its database the server says so in the language of the reader, at once, and goes on when it is back',
  () => (hasPostgres() ? away() : noPostgres));
