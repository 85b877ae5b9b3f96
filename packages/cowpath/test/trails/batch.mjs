/** `batch.mjs`: a job that walks a whole table, page after page, and follows each row by a query of its own. Prints how many. */
import pg from 'pg';

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
let followed = 0;
for (let last = 0; ; ) {
  const page = await client.query('select * from book where id > $1 order by id limit 500', [last]);
  if (page.rows.length === 0) break;
  await Promise.all(
    page.rows.map(({ author_id }) => client.query('select name from author where id = $1', [author_id])),
  );
  followed += page.rows.length;
  last = page.rows.at(-1).id;
}
console.log(followed);
await client.end();
