/** `copies.mjs HOW`: loads the driver in one way, and sends three statements with every copy. */
import { createRequire } from 'node:module';
import { context } from 'cowpath';

const require = createRequire(import.meta.url);
const [how, first, second] = process.argv.slice(2);
const send = async (pg, name) => {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
  await context(name, async () => {
    for (let i = 0; i < 3; i++) await pool.query('select $1::int', [i]);
  });
  await pool.end();
};
switch (how) {
  case 'import':
    await send((await import('pg')).default, 'import');
    break;
  case 'named import':
    await send(await import('pg'), 'named import');
    break;
  case 'require':
    await send(require('pg'), 'require');
    break;
  case 'both':
    await send(require('pg'), 'require');
    await send((await import('pg')).default, 'import');
    break;
  case 'two copies':
    await send(createRequire(first)('pg'), 'first');
    await send(createRequire(second)('pg'), 'second');
    break;
  case 'before':
  case 'connected before': {
    const pg = how === 'before' ? require('pg') : (await import('pg')).default;
    const client = new pg.Client(process.env.DATABASE_URL);
    await client.connect();
    await import('cowpath/register');
    await context('before', async () => {
      for (let i = 0; i < 3; i++) await client.query('select $1::int', [i]);
    });
    await client.end();
    break;
  }
}
