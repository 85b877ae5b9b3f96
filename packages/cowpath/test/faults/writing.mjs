/** Writes and reads what it wrote, over several flush intervals, and prints what it saw. */
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
pool.on('error', () => {});
for (let i = 0; i < 12; i++) {
  const { rows } = await pool.query('select id, name from item where id = $1', [i]);
  console.log(JSON.stringify(rows));
  await new Promise((done) => setTimeout(done, 30));
}
await pool.end();
