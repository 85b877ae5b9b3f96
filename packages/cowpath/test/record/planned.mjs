/**
 * As many statements outside every context as are followed, the last of them in several shapes, so that they are explained
 * while the rest are passed over. Prints how many there were.
 */
import pg from 'pg';

const FOLLOWED = 11_000;
const SHAPES = 10;
const EACH = 5;
const REST = 4000;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
await pool.query('drop table if exists thing');
const columns = Array.from({ length: SHAPES }, (_, i) => `c${i}`);
await pool.query(`create table thing (id int primary key, ${columns.map((c) => `${c} int`).join(', ')})`);
await pool.query('insert into thing select g from generate_series(1, 100) g');
for (let i = 3; i < FOLLOWED - SHAPES * EACH; i++) await pool.query('select 1');
for (let i = 1; i <= EACH; i++) {
  for (const column of columns) await pool.query(`select id, ${column} from thing where id = $1`, [i]);
}
for (let i = 0; i < REST; i++) await pool.query('select 1');
await pool.end();
console.log(JSON.stringify({ outside: FOLLOWED + REST }));
