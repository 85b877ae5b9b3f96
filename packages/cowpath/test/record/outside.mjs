/**
 * A batch job outside every context: lists of books, and the author of each; 40,000 statements, and more until the file
 * UNTIL exists, if one is named. Prints how many of each.
 */
import { existsSync } from 'node:fs';
import pg from 'pg';

const BOOKS = 2000;
const AUTHORS = 500;
const PAGE = 99;
const STATEMENTS = 40_000;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
await pool.query('drop table if exists book, author');
await pool.query(`create table author (id int primary key, name text)`);
await pool.query(
  'create table book (id int primary key, title text, author_id int not null references author)',
);
await pool.query(`insert into author select 1000 + g, 'a' || g from generate_series(1, $1::int) g`, [
  AUTHORS,
]);
await pool.query(
  `insert into book select 5000 + g, 't' || g, 1001 + (g * 7) % $2::int from generate_series(1, $1::int) g`,
  [BOOKS, AUTHORS],
);

let lists = 5;
let lookups = 0;
const { UNTIL } = process.env;
const ends = () => UNTIL === undefined || existsSync(UNTIL);
for (let after = 0; lists + lookups < STATEMENTS || !ends(); ) {
  lists++;
  const { rows } = await pool.query(
    'select id, title, author_id from book where id > $1 order by id limit $2',
    [after, PAGE],
  );
  for (const { id, author_id } of rows) {
    lookups++;
    await pool.query('select name from author where id = $1', [author_id]);
    after = id;
  }
  if (rows.length < PAGE) after = 0;
}
await pool.end();
console.log(JSON.stringify({ lists, lookups }));
