import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
    create table sort (no int primary key, name text);
    create table thing (id int primary key, kind_no int, name text);
    insert into sort select 500 + g * 7, 's' || g from generate_series(0, 99) g;
    insert into thing select g, 500 + (g * 13 % 100) * 7, 't' || g from generate_series(0, 99) g;
    analyze`);
  await client.end();
});
afterAll(async () => {
  place.remove();
  await postgres?.stop();
});

test('a schema that changes while the program runs is followed', async () => {
  await succeed({
    args: [join(HERE, 'schema-change.mjs')],
    env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder },
    record: true,
  });
  const contexts = contextsIn(place.folder);
  const follows = (name: string) =>
    contexts
      .find(({ path }) => path[0] === name)!
      .trails.flatMap(({ origin, children }) =>
        children.map(({ reference, total }) => [
          origin?.kind === 'query' ? origin.entity?.table : null,
          `${reference!.from_columns} -> ${reference!.to.table}.${reference!.to_columns}`,
          total.queries,
        ]),
      );
  expect(follows('before')).toEqual([]);
  expect(follows('after')).toEqual([['thing', 'kind_no -> sort.no', 40]]);
  // Rows that came before the new tables were known may be missing, no more than one portion of them.
  expect(follows('new tables')).toEqual([['part', 'made_by -> maker.id', expect.any(Number)]]);
  const [[, , queries]] = follows('new tables') as [[string, string, number]];
  expect(queries).toBeGreaterThanOrEqual(40);
});
