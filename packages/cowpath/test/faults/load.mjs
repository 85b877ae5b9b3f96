/** `load.mjs CONTEXT`: sends statements for ever, each in a context that it names; prints how many are answered. */
import { context } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
const [name, limit] = process.argv.slice(2);
for (let answered = 1; answered <= Number(limit ?? Infinity); answered++) {
  await context(name, () => pool.query('select * from item where id = $1', [answered % 20]));
  console.log(answered);
}
await pool.end();
