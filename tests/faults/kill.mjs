// kill -- a power cut as far as a process can have one: SIGKILL in the middle of writing.

import assert from 'node:assert/strict';
import { Instance, sleep } from './world.mjs';
import { fault, hasPostgres, noPostgres, postgresDatabase } from './cases.mjs';
import { Load } from './load.mjs';

const KILLS = 3;

async function killed(instance) {
  const load = new Load(instance);
  await instance.start();
  await load.prepare();
  for (let i = 0; i < KILLS; i++) {
    load.begin();
    await sleep(700 + Math.random() * 500);
    assert.equal(await instance.kill(), 'SIGKILL');
    await load.end();
    instance.verify(); // as it lies there, before anybody mends anything
    load.isWhole();
    await instance.start();
    await load.isAllThere();
    await load.sendAgain();
  }
  await load.isAllThere();
  load.isWhole();
  assert.equal(await instance.stop(), 0);
  instance.verify();
  assert.ok(load.told.size > 20, `only ${load.told.size} matters were raised: that was no load`);
  return `${load.told.size} matters, ${load.posts} posts, ${load.busy} busy`;
}

fault('Killed while eight clients write, the server has lost nothing it acknowledged (SQLite)',
  () => killed(Instance.make('killed')));

fault('Killed while eight clients write, the server has lost nothing it acknowledged (PostgreSQL)',
  () => (hasPostgres() ? killed(Instance.make('killed-pg', { db: postgresDatabase('killed') })) : noPostgres));
