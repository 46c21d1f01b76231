// cases -- the list that each file adds its own to, and where their databases come from.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

export const cases = [];
// isSlow: it mostly waits, so it is begun first and goes on beside the others.
export function fault(sentence, run, { isSlow = false } = {}) {
  cases.push({ sentence, run, isSlow });
}

export const hasPostgres = () => Boolean(process.env.SHANGLIANG_TEST_PG);
export const noPostgres = { skipped: 'no PostgreSQL here (tests/pg -- …)' };

// An empty database of that name in the cluster of tests/pg.
export function postgresDatabase(name) {
  const cluster = process.env.SHANGLIANG_TEST_PG;
  const made = spawnSync('psql', [cluster, '-Xqc', `CREATE DATABASE ${name}`], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr ?? String(made.error));
  return cluster.replace('/postgres?', `/${name}?`);
}

// Stop or start that cluster.
export function postgresControl(...args) {
  const done = spawnSync(process.env.SHANGLIANG_TEST_PG_CTL, args, { stdio: 'ignore' });
  assert.equal(done.status, 0, `pg_ctl ${args.join(' ')}`);
}
