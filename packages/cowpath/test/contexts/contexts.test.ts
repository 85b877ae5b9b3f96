import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Segment } from '@cowpath/profile';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { contextsIn, queriesIn, runsIn, succeed, temporary } from '../recorded.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

let postgres: TestPostgres;
let place: ReturnType<typeof temporary>;

beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(
    'create table item (id int primary key, name text); insert into item select g, g from generate_series(0, 20) g',
  );
  await client.end();
});
afterAll(() => postgres?.stop());
beforeEach(() => {
  place = temporary();
});
afterEach(() => place.remove());

function run(program: string): Promise<unknown> {
  const env = { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder };
  return succeed({ args: [join(HERE, program)], env, record: true });
}

test('requests of every kind of server are named by their route', async () => {
  await run('served.ts');
  expect(queriesIn(place.folder)).toEqual({
    '(start-up)': 1,
    'GET /fast/:id': 2,
    'GET /v1/things/:id/parts': 2,
    'POST /v1/things': 1,
    'GET /fails/:id': 1,
    'GET /plain/:id': 1,
    'GET /': 1,
    'GET /shops/:id/books': 2,
    'GET /shops/:id/books/:id': 6,
    'GET /shops/:id/books/:id/fails': 4,
    'GET /bare/:id': 3,
    'GET /kept': 1,
    'GET /hangs': 1,
    'GET /secure': 1,
    'GET /two/:id': 2,
  });
  // Two of fastify's, one of express's.
  expect(runsIn(place.folder)).toMatchObject({ 'GET (not found)': 3, 'GET /fast/:id': 2, 'GET /hangs': 1 });
});

test('a context follows its work wherever it goes', async () => {
  await run('flow.ts');
  expect(queriesIn(place.folder)).toEqual({
    awaits: 4,
    timers: 4,
    'emitters > inner': 1,
    streams: 9,
    resources: 1,
    outer: 1,
    'outer > inner': 1,
    'outer > inner > innermost': 1,
    'other > inner': 1,
    'waits 0': 16,
    'waits 1': 16,
    'waits 2': 16,
    throws: 1,
    'in a worker': 5,
    '(start-up)': 1,
    '(background)': 1,
  });
  expect(runsIn(place.folder)).toMatchObject({
    outer: 1,
    'outer > inner': 2,
    'waits 0': 4,
    throws: 1,
    'resources > somebody else': 1,
  });
  const waiting = contextsIn(place.folder).filter(({ path }) => path[0]!.startsWith('waits'));
  for (const { own } of waiting) expect(own.wait.sum).toBeGreaterThan(0);
});

test('a worker thread writes a segment of its own', async () => {
  await run('flow.ts');
  const segments = readdirSync(place.folder).map(
    (file) => JSON.parse(readFileSync(join(place.folder, file), 'utf8')) as Segment,
  );
  const inWorker = segments.filter(({ contexts }) => contexts.some(({ path }) => path[0] === 'in a worker'));
  expect(inWorker.map(({ thread }) => thread > 0)).toEqual([true]);
  expect(segments.filter(({ thread }) => thread === 0)).toHaveLength(1);
});
