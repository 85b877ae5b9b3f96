/** To be bundled with its driver: `bundled.mjs` with INSTRUMENT=1 or without. */
import { context, instrument } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
if (process.env.INSTRUMENT) instrument(pool);
await context('bundled', async () => {
  for (let i = 0; i < 3; i++) await pool.query('select $1::int', [i]);
});
await pool.end();
