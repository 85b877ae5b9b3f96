import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { queriesIn, runsIn, succeed, temporary } from '../recorded.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const RUN_MS_MAX = 600_000;
const TIMES = process.env['COWPATH_SOAK'] === '1' ? 1000 : 100;

let postgres: TestPostgres;
const place = temporary();

beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query('create table item (id int primary key); insert into item values (1)');
  await client.end();
});
afterAll(async () => {
  await postgres?.stop();
  place.remove();
});

test(
  'sessions that stop leave no timer, handle, listener or connection, and each records',
  async () => {
    const env = { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder };
    const { stdout } = await succeed({
      args: [join(HERE, 'left-overs.mjs'), String(TIMES)],
      env,
      timeout_ms: RUN_MS_MAX,
    });
    const { recorded, connections, before, after } = JSON.parse(stdout) as Record<string, unknown>;
    expect(recorded).toBe(TIMES);
    expect(connections).toBe(0);
    expect(after).toEqual(before);
    expect(queriesIn(place.folder)).toEqual({ page: TIMES });
    expect(runsIn(place.folder)).toEqual({ page: TIMES });
  },
  RUN_MS_MAX,
);
