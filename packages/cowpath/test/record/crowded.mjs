/**
 * More statements outside every context than are followed, then a crowd of them at once over two connections; while
 * these wait, contexts take the connections in turn with them and hand them on. Prints how many of each were sent.
 */
import { context } from 'cowpath';
import pg from 'pg';

const FOLLOWED = 12_000;
const CROWD = 1000;
const PAGES = 50;
const IN_PAGE = 3;
const MORE = 20;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const ask = (on, id) => on.query('select $1::int as id', [id]);
for (let id = 0; id < FOLLOWED; id++) await ask(pool, id);

const held = await pool.connect();
const waiting = Array.from(
  { length: CROWD },
  (_, id) =>
    new Promise((done, failed) => {
      pool.query('select $1::int as id', [id], (error, result) => {
        if (error) failed(error);
        else done(result);
      });
    }),
);
const page = async (client) => {
  for (let i = 0; i < IN_PAGE; i++) await ask(client, i);
  // Its next turn is that of a statement from outside.
  client.release();
};
const pages = [context('page', () => page(held))];
for (let i = 1; i < PAGES; i++) {
  pages.push(context('page', async () => page(await pool.connect())));
  for (let more = 0; more < MORE; more++) waiting.push(ask(pool, more));
}
await Promise.all([...waiting, ...pages]);
await pool.end();
console.log(JSON.stringify({ pages: PAGES * IN_PAGE, outside: FOLLOWED + CROWD + (PAGES - 1) * MORE }));
