/** `ends-at-once.mjs HOW TIMER_MS`: a few queries and the end, with a timer waiting. */
import pg from 'pg';

const [how, timer_ms] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1, allowExitOnIdle: true });
const { rows } = await pool.query('select id, author_id from book order by id limit 5');
for (const { author_id } of rows) await pool.query('select name from author where id = $1', [author_id]);
// Keeps nothing alive: it fires only in a program that is held up.
setTimeout(() => console.log('held up'), Number(timer_ms)).unref();
console.log('queried');
process.on('exit', (code) => console.log(`ends with ${code}`));
if (how === 'exits') process.exit(3);
if (how === 'throws') throw new Error('thrown');
