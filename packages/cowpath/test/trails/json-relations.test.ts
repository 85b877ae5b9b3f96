import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProfile } from '@cowpath/profile';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { contextsIn, succeed, temporary } from '../recorded.ts';

const HERE = dirname(fileURLToPath(import.meta.url));

let postgres: TestPostgres;
const place = temporary();

beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`
    create table book (id int primary key, title text);
    create table review (id int primary key, book_id int references book);
    insert into book select g, 'b' || g from generate_series(1, 20) g;
    insert into review select g, 1 + g % 20 from generate_series(1, 60) g`);
  await client.end();
});
afterAll(async () => {
  place.remove();
  await postgres?.stop();
});

test('relations fetched as JSON are one query of the outer table, and said to be closed to follows', async () => {
  await succeed({
    args: [join(HERE, 'json-relations.mjs')],
    env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder },
    record: true,
  });
  const [page] = contextsIn(place.folder);
  expect(
    page!.trails.map(({ origin, total, children }) => [origin, total.queries, total.objects, children]),
  ).toEqual([
    [
      expect.objectContaining({
        kind: 'query',
        entity: expect.objectContaining({ table: 'book' }),
        by: ['id'],
        order: ['id'],
      }),
      5,
      15,
      [],
    ],
  ]);
  expect(readProfile(place.folder).builder.notes.get('COWPATH_JSON_RELATIONS')).toBe(5);
});
