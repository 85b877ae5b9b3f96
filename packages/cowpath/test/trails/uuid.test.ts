import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { contextsIn, succeed, temporary } from '../recorded.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`
    create table author (id uuid primary key default gen_random_uuid(), name text);
    create table book (id int primary key, author_id uuid not null references author);
    insert into author (name) select 'a' || g from generate_series(1, 20) g;
    insert into book select row_number() over (), id from author`);
  await client.end();
});
afterAll(() => postgres?.stop());

test('a UUID that the program writes in upper case is the one that the database gave', async () => {
  const place = temporary();
  try {
    await succeed({
      args: [join(import.meta.dirname, 'uuid.mjs')],
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder },
      record: true,
    });
    const trails = contextsIn(place.folder).flatMap((context) => context.trails);
    expect(trails.map(({ origin, total }) => [origin!.kind, total.queries])).toEqual([['query', 1]]);
    expect(
      trails[0]!.children.map(({ reference, total }) => [reference!.from_columns, total.queries]),
    ).toEqual([[['author_id'], 40]]);
  } finally {
    place.remove();
  }
});
