/** node-postgres by itself, in all its manners. A comment `from: table` marks the lines that query the table. */
import { context } from 'cowpath';
import pg from 'pg';
import { url } from './tables.ts';

const pool = new pg.Pool({ connectionString: url, max: 2 });

async function pooled(): Promise<void> {
  const { rows } = await pool.query('select id, author_id from book order by id'); // from: book
  // More at once than there are connections: the later ones get theirs on the stacks of the earlier.
  await Promise.all(
    rows.map(async ({ author_id }) => {
      await pool.query('select name from author where id = $1', [author_id]); // from: author
    }),
  );
}

async function connected(): Promise<void> {
  const client = await pool.connect();
  try {
    for (const id of [1, 2, 3]) {
      await client.query({ text: 'select rating from review where book_id = $1', values: [id] }); // from: review
    }
  } finally {
    client.release();
  }
}

function calledBack(): Promise<void> {
  return new Promise((done) => {
    pool.connect((_, client, release) => {
      const last = (): void => {
        release();
        done();
      };
      const next = (): void => {
        client!.query('select id from book where id = $1', [5], last); // from: book
      };
      client!.query('select count(*) from review', next); // from: review
    });
  });
}

/** Callbacks that get their connection when others let go of one, on the others' stacks. */
function queued(): Promise<unknown> {
  const ask = (): Promise<void> =>
    new Promise((done) => {
      const answered = (): void => done();
      pool.query('select name from author where name = $1', ['author 3'], answered); // from: author
    });
  return Promise.all([ask(), ask(), ask(), ask(), ask()]);
}

for (let i = 0; i < 3; i++) {
  await context('page', async () => {
    await pooled();
    await connected();
    await calledBack();
    await queued();
  });
}
await pool.end();
