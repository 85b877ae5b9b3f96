/** Statements through whatever stands in the driver's place; what each answers, or how it fails. */
import { context } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
pool.on('error', () => {});
await context('patched', async () => {
  for (let id = 0; id < 6; id++) {
    const client = await pool.connect();
    try {
      const { rows } = await client.query('select title from book where id = $1', [50000 + id]);
      console.log(JSON.stringify(rows));
    } catch (error) {
      console.log(`${error.constructor.name}: ${error.message}`);
    }
    client.release();
  }
});
await pool.end();
