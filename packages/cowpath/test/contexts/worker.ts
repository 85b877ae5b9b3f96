/** A thread of its own, with a pool of its own. */
import { workerData } from 'node:worker_threads';
import { context } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: workerData as string, max: 2 });
await pool.query('select * from item where id = $1', [1]);
await context('in a worker', async () => {
  for (let id = 0; id < 5; id++) await pool.query('select * from item where id = $1', [id]);
});
await pool.end();
