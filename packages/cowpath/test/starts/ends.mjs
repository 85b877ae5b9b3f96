/** `ends.mjs HOW`: a walk, one more statement that is under way, and then an end in the middle of it. */
import pg from 'pg';
import { serve, walk } from './shop.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const server = await serve(pool);
if (process.argv[2] === 'handles SIGTERM') {
  process.once('SIGTERM', () => {
    server.closeAllConnections();
    server.close(() => pool.end());
  });
}
await walk(server);
console.log('walked');
const underWay = pool.query('select pg_sleep(60)');
underWay.catch(() => {});
switch (process.argv[2]) {
  case 'exits':
    setImmediate(() => process.exit(3));
    break;
  case 'throws':
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    break;
  case 'rejects':
    void Promise.reject(new Error('nobody handles this'));
    break;
  case 'handles SIGTERM':
    await pool.query('select pg_cancel_backend(pid) from pg_stat_activity where query = $1', [
      'select pg_sleep(60)',
    ]);
    await underWay.catch(() => {});
    process.kill(process.pid, 'SIGTERM');
    break;
}
