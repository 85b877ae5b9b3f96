/** A program whose schema changes under it: by its own DDL, and by somebody else's. */
import { context } from 'cowpath';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function page(name, list, one, column) {
  for (let run = 0; run < 8; run++) {
    await context(name, async () => {
      const { rows } = await pool.query(list, [run * 5]);
      for (const row of rows) await pool.query(one, [row[column]]);
    });
  }
}

await page(
  'before',
  'select id, kind_no from thing order by id offset $1 limit 5',
  'select * from sort where no = $1',
  'kind_no',
);

// Its own: a reference is declared that no name gives away.
await pool.query('alter table thing add foreign key (kind_no) references sort (no)');
await pause(1500);
await page(
  'after',
  'select id, kind_no from thing order by id offset $1 limit 5',
  'select * from sort where no = $1',
  'kind_no',
);

// Somebody else's: tables that this program learns of by using them.
const other = new pg.Client(process.env.DATABASE_URL);
await other.connect();
await other.query(`
  create table maker (id int primary key, name text);
  create table part (id int primary key, made_by int references maker, name text);
  insert into maker select 1000 + g * 3, 'm' || g from generate_series(0, 99) g;
  insert into part select g, 1000 + (g * 37 % 100) * 3, 'p' || g from generate_series(0, 99) g;
  analyze maker; analyze part`);
await other.end();
await page(
  'new tables',
  'select id, made_by from part order by id offset $1 limit 5',
  'select * from maker where id = $1',
  'made_by',
);
await pause(1500);
await page(
  'new tables',
  'select id, made_by from part order by id offset $1 limit 5',
  'select * from maker where id = $1',
  'made_by',
);
await pool.end();
