import { chmodSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Random } from '../src/conformance/random.ts';
import { openStore, postgres } from '../src/index.ts';
import { Acknowledged, kill } from './support/acknowledged.ts';
import { soak, temporaryDirectory } from './support/directory.ts';
import { startPostgres } from './support/postgres.ts';
import { compilePowerCut, cutPower, powerCutEnvironment } from './support/power-cut.ts';

const runs = soak ? 100 : 3;

/**
 * Ends server and writers at random moments, taking back what the server had written to its log without a sync;
 * returns acknowledged writes that were lost.
 */
async function losses(
  count: number,
  migrate: boolean,
  flags: readonly string[],
): Promise<{ lost: number; acknowledged: Acknowledged }> {
  using directory = temporaryDirectory();
  // The server runs as another user when the test is run by root.
  chmodSync(directory.path, 0o755);
  const compiled = compilePowerCut(directory.path);
  if ('missing' in compiled) throw new Error(compiled.missing);
  const log = directory.file('log');
  const server = await startPostgres(flags);
  const schema = server.schema();
  const random = new Random(11);
  const acknowledged = new Acknowledged();
  let lost = 0;
  try {
    for (let seed = 1; seed <= count; seed++) {
      await server.crash();
      const env = powerCutEnvironment(compiled.library, server.log, log);
      chmodSync(log, 0o777);
      await server.start(env);
      const child = await acknowledged.start({ url: server.url, schema, seed, writers: 4, migrate }, {});
      await sleep(300 + random.below(900));
      await server.crash();
      await kill(child);
      cutPower(server.log, log);
      await server.start();
      const store = await openStore({ engine: postgres({ url: server.url, schema }) });
      const missing = await acknowledged.missing(store);
      await store.close();
      lost += missing.length;
      if (missing.length > 0) acknowledged.forget();
    }
  } finally {
    await server.stop();
  }
  return { lost, acknowledged };
}

test(`${runs} crashes of Postgres lose no acknowledged write and leave none half done; migrations go on`, async () => {
  const { lost, acknowledged } = await losses(runs, true, []);
  expect(acknowledged.count).toBeGreaterThan(runs);
  expect(lost).toBe(0);
}, 3_600_000);

test('the harness can fail: with synchronous_commit off a crash loses acknowledged writes', async () => {
  const { lost } = await losses(2, false, ['-c', 'synchronous_commit=off', '-c', 'wal_writer_delay=10s']);
  expect(lost).toBeGreaterThan(0);
}, 240_000);
