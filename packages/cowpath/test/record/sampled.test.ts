import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProfile } from '@cowpath/profile';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeForEach } from '../fixtures.ts';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { contextsIn, queriesIn, runsIn, succeed } from '../recorded.ts';

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), 'sampled.mjs');
const RUNS = 4000;

let postgres: TestPostgres;
const place = placeForEach();

beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`
    create table author (id int primary key, name text);
    create table book (id int primary key, author_id int not null references author);
    insert into author select g, 'a' || g from generate_series(1, 40) g;
    insert into book select g, 1 + (g * 7) % 40 from generate_series(1, 40) g`);
  await client.end();
});
afterAll(() => postgres?.stop());

async function record(env: Record<string, string>): Promise<void> {
  await succeed({
    args: [PROGRAM, String(RUNS)],
    env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder, ...env },
    record: true,
  });
}

test('runs beyond the first thousand are sampled: what fits together still does, and it is said', async () => {
  await record({});
  const runs = runsIn(place.folder)['page']!;
  // All but those after the last that was followed.
  expect(runs).toBeGreaterThanOrEqual(1000);
  expect(runs).toBeLessThanOrEqual(RUNS);
  expect(runsIn(place.folder)).toEqual({ page: runs, 'page > authors': runs });
  expect(queriesIn(place.folder)).toEqual({ page: runs, 'page > authors': 3 * runs });
  const page = contextsIn(place.folder).find(({ path }) => path.length === 1);
  const book = page!.trails.find(({ origin }) => origin?.kind === 'query' && origin.entity?.table === 'book');
  expect(book!.total).toMatchObject({ queries: runs, objects: 3 * runs });
  expect(book!.children.map(({ reference, total }) => [reference!.to.table, total.queries])).toEqual([
    ['author', 3 * runs],
  ]);
  const said = readProfile(place.folder).builder.notes.get('COWPATH_RUNS_SAMPLED') ?? 0;
  expect(said).toBeGreaterThan(0);
  expect(runs - said).toBeGreaterThanOrEqual(1000);
});

test('every run, when told so', async () => {
  await record({ COWPATH_EVERY_RUN: '1' });
  expect(runsIn(place.folder)).toEqual({ page: RUNS, 'page > authors': RUNS });
  expect(queriesIn(place.folder)).toEqual({ page: RUNS, 'page > authors': 3 * RUNS });
  expect(readProfile(place.folder).builder.notes.has('COWPATH_RUNS_SAMPLED')).toBe(false);
});
