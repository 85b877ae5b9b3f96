/** `sampled.mjs RUNS`: one page, more often than is followed. */
import { context } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
let left = Number(process.argv[2]);
async function worker() {
  while (left-- > 0) {
    const id = 1 + (left % 20);
    await context('page', async () => {
      const { rows } = await pool.query(
        'select id, author_id from book where id in ($1, $2, $3) order by id',
        [id, id + 1, id + 2],
      );
      if (rows.length !== 3) throw new Error(`${rows.length} rows`);
      await context('authors', async () => {
        for (const row of rows) await pool.query('select name from author where id = $1', [row.author_id]);
      });
    });
  }
}
await Promise.all(Array.from({ length: 4 }, worker));
await pool.end();
