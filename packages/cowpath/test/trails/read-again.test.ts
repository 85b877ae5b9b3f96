import { join } from 'node:path';
import type { StepView } from '@cowpath/profile';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startPostgres } from '../postgres.ts';
import { contextsIn, succeed, temporary } from '../recorded.ts';

const AUTHORS = 12;
const BOOKS = 10;

/** By how the row was come to: the queries. */
function counts(step: StepView, above = ''): Record<string, number> {
  const { reference } = step;
  const place = `${above}${reference === null ? 'books' : ` > ${reference.to.table}`}`;
  const below = step.children.map((child) => counts(child, place));
  return Object.assign({ [place]: step.total.queries }, ...below);
}

/** The keys and the rows read by them have the same values: whatever the order, what is followed is followed from the rows. */
test('what was read again by its key is what is followed from', async () => {
  const postgres = await startPostgres();
  const place = temporary();
  try {
    const client = new pg.Client(postgres.url);
    await client.connect();
    await client.query(`
      create table publisher (id int primary key, name text);
      create table book (id int primary key, author_id int not null, title text, isbn text,
        publisher_id int not null references publisher);
      insert into publisher select g, 'p' || g from generate_series(1, 40) g;
      insert into book select g * 13, 1 + g % ${AUTHORS}, md5(g::text), 'i' || g, 1 + g % 40
        from generate_series(1, ${AUTHORS * BOOKS}) g;
      analyze`);
    await client.end();
    await succeed({
      args: [join(import.meta.dirname, 'read-again.mjs')],
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder },
      record: true,
    });
    const found = Object.fromEntries(
      contextsIn(place.folder).map(({ path, trails }) => [path.join(), trails.map((trail) => counts(trail))]),
    );
    const rows = AUTHORS * BOOKS;
    const expected = [{ books: AUTHORS, 'books > book': rows, 'books > book > publisher': rows }];
    expect(found).toEqual({
      'row by row': expected,
      'in their order': expected,
      backwards: expected,
      'as it comes': expected,
    });
  } finally {
    place.remove();
    await postgres.stop();
  }
});
