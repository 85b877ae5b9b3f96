/** Relations fetched as JSON, as Drizzle's relational queries and Prisma's joins do. */
import { context } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
for (let run = 0; run < 5; run++) {
  await context('page', async () => {
    await pool.query(
      `select b.id, b.title, (select json_agg(json_build_object('id', r.id)) from review r where r.book_id = b.id) as reviews
       from book b where b.id > $1 order by b.id limit 3`,
      [run],
    );
  });
}
await pool.end();
