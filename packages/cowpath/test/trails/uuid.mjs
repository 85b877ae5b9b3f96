/** `uuid.mjs`: follows a UUID in upper case, as a parameter and as a literal. */
import pg from 'pg';

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
const { rows } = await client.query('select id, author_id from book order by id');
for (const { author_id } of rows) {
  await client.query('select name from author where id = $1', [author_id.toUpperCase()]);
  await client.query(`select id from author where id = '${author_id.toUpperCase()}'`);
}
await client.end();
