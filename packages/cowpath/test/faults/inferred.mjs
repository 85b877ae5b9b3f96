/** A page that follows a reference for each row, which the recorder can only know by names. */
import { context } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
for (let run = 0; run < 20; run++) {
  await context('page', async () => {
    const { rows } = await pool.query(
      'select id, author_id, title from book order by title offset $1 limit 10',
      [run * 7],
    );
    for (const row of rows) await pool.query('select * from author where id = $1', [row.author_id]);
  });
}
await pool.end();
