/** `queries.mjs HOW TIMES`: sends statements, then ends as it is told. */
import pg from 'pg';

const [how, times] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
for (let i = 0; i < Number(times ?? 3); i++) await pool.query('select $1::int as id', [i]);
// Before it says so: the signal comes as soon as it does.
if (how === 'handles SIGTERM') {
  process.on('SIGTERM', () => {
    console.log('ending well');
    pool.end().then(() => process.exit(7));
  });
}
console.log('the program says so');
switch (how) {
  case 'ends':
    await pool.end();
    break;
  case 'exits':
    process.exit(3);
    break;
  case 'throws':
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    break;
  case 'kills itself':
    process.kill(process.pid, 'SIGKILL');
    break;
  case 'terminates itself':
    process.kill(process.pid, 'SIGTERM');
    break;
  case 'waits':
    setInterval(() => {}, 1000);
    break;
}
