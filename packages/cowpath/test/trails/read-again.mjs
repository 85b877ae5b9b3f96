/**
 * `read-again.mjs`: lists keys, reads each row by its key, and then what each row refers to, past the row's table:
 * row by row, or all rows first and then in their order, backwards, or as it comes.
 */
import { context } from '@cowpath/profile';
import pg from 'pg';

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
const list = async (author) =>
  (await client.query('select id from book where author_id = $1 order by title', [author])).rows;
const read = async (id) =>
  (await client.query('select id, author_id, title, isbn from book where id = $1', [id])).rows[0];
const refer = (id) =>
  client.query('select p.* from publisher p join book b on b.publisher_id = p.id where b.id in ($1)', [id]);

const ORDERS = {
  'row by row': async (keys) => {
    for (const { id } of keys) await refer((await read(id)).id);
  },
  'in their order': async (keys) => {
    const rows = [];
    for (const { id } of keys) rows.push(await read(id));
    for (const { id } of rows) await refer(id);
  },
  backwards: async (keys) => {
    const rows = [];
    for (const { id } of [...keys].reverse()) rows.push(await read(id));
    for (const { id } of rows.reverse()) await refer(id);
  },
  'as it comes': async (keys) => {
    const rows = [];
    for (const [i, { id }] of keys.entries()) rows[(i * 7) % keys.length] = await read(id);
    for (const { id } of rows) await refer(id);
  },
};
for (const [name, follow] of Object.entries(ORDERS))
  for (let author = 1; author <= 12; author++) await context(name, async () => follow(await list(author)));
await client.end();
