/** Requests side by side through a pooler: lists and lookups, transactions, statements with and without names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { context } from 'cowpath';
import pg from 'pg';
import { books } from '../starts/shop.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 6 });

const lists = Array.from({ length: 8 }, (_, page) => context('list', () => books(pool, page)));

const transfers = Array.from({ length: 6 }, (_, n) =>
  context('transfer', async () => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query('select id, author_id from book where id = $1', [50000 + n]);
      await client.query('update author set name = name where id = $1', [rows[0].author_id]);
      await client.query(n % 2 ? 'commit' : 'rollback');
      return rows;
    } finally {
      client.release();
    }
  }),
);

const unnamed = context('literals', async () => {
  const { rows } = await pool.query('select author_id from book where id = 50001');
  return (await pool.query(`select name from author where id = ${rows[0].author_id}`)).rows;
});
const failing = context('failing', () =>
  pool.query('select 1 / $1::int', [0]).catch((error) => error.message),
);

for (const answer of await Promise.all([...lists, ...transfers, unnamed, failing]))
  console.log(JSON.stringify(answer));

// Settings of the recorder's own must not stay on the connections that all share.
for (const name of ['statement_timeout', 'transaction_read_only', 'search_path', 'application_name']) {
  const seen = await Promise.all(Array.from({ length: 6 }, () => pool.query(`show ${name}`)));
  console.log(name, JSON.stringify([...new Set(seen.flatMap(({ rows }) => rows.flatMap(Object.values)))]));
}

// A program that ends at once waits for its last plans only so long.
const { COWPATH_DIR: folder, COWPATH_PLANS: plans } = process.env;
const planned = () =>
  existsSync(folder) &&
  readdirSync(folder).some((name) => readFileSync(join(folder, name), 'utf8').includes('"planning_ns"'));
while (plans && !planned()) await new Promise((done) => setTimeout(done, 50));
await pool.end();
