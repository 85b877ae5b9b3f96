/**
 * A page over Postgres (DATABASE_URL) that reads a book and its reviewers: one query a reviewer, or with BATCH
 * one for all of them.
 */
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });

async function page(): Promise<unknown> {
  const { rows: reviews } = await pool.query(
    'select id, reviewer_id from review where book_id = $1 order by id',
    [1],
  );
  const ids = reviews.map((review) => review.reviewer_id);
  if (process.env.BATCH) {
    const { rows } = await pool.query('select name from reviewer where id = any($1) order by id', [ids]);
    return rows.map(({ name }) => name);
  }
  const names: string[] = [];
  for (const id of ids)
    names.push((await pool.query('select name from reviewer where id = $1', [id])).rows[0].name);
  return names;
}

createServer((_request, response) => {
  page().then(
    (names) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(names)),
    (error) => response.writeHead(500).end(String(error)),
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
