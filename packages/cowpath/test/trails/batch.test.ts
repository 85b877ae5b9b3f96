import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { contextsIn, succeed, temporary } from '../recorded.ts';

/** More rows than the keys of one column that are remembered, and with five columns more than those of one root. */
const ROWS = 13_000;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  const client = new pg.Client(postgres.url);
  await client.connect();
  const others = ['publisher', 'series', 'shelf'];
  for (const table of ['author', ...others])
    await client.query(`
      create table ${table} (id int primary key, name text);
      insert into ${table} select 1000 + g * 7, 'name ' || g from generate_series(0, ${ROWS - 1}) g`);
  await client.query(`
    create table book (id int primary key, author_id int not null references author,
      ${others.map((table) => `${table}_id int not null references ${table}`).join()});
    insert into book select g, ${['48271', '69621', '16807', '39373']
      .map((factor) => `1000 + g::bigint * ${factor} % ${ROWS} * 7`)
      .join()} from generate_series(1, ${ROWS}) g;
    analyze`);
  await client.end();
});
afterAll(() => postgres?.stop());

test('a job that follows every row of a large table is seen to do so to its end', async () => {
  const place = temporary();
  try {
    const { stdout } = await succeed({
      args: [join(import.meta.dirname, 'batch.mjs')],
      // All of it: so many statements outside every context are otherwise followed in stretches.
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder, COWPATH_EVERY_RUN: '1' },
      record: true,
    });
    expect(Number(stdout)).toBe(ROWS);
    const trails = contextsIn(place.folder).flatMap((context) => context.trails);
    const books = trails.filter(({ origin }) => origin?.kind === 'query' && origin.entity?.table === 'book');
    expect(books).toHaveLength(1);
    expect(
      books[0]!.children.map(({ reference, total }) => [reference!.from_columns, total.queries]),
    ).toEqual([[['author_id'], ROWS]]);
    expect(trails.map(({ total }) => total.queries)).toEqual([ROWS / 500 + 1]);
  } finally {
    place.remove();
  }
});
