/**
 * `two-databases.mjs FIRST SECOND`: one program, two databases with the same tables and the same keys. It reads
 * lists in the one and looks up authors in the other, by keys that come from neither's references; then walks
 * references within each.
 */
import { context } from 'cowpath';
import pg from 'pg';
import { books } from '../starts/shop.mjs';

const [first, second] = process.argv.slice(2).map((url) => new pg.Pool({ connectionString: url, max: 2 }));
for (let page = 0; page < 8; page++) {
  await context('across', async () => {
    const { rows } = await first.query('select id, author_id from book order by id offset $1 limit 5', [
      page * 5,
    ]);
    for (const { author_id } of rows)
      console.log(
        JSON.stringify((await second.query('select name from author where id = $1', [author_id])).rows),
      );
  });
  await context('within', async () => {
    const both = await Promise.all([books(first, page), books(second, page)]);
    console.log(JSON.stringify(both));
  });
}
await Promise.all([first.end(), second.end()]);
