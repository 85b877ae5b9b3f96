import { context } from 'cowpath';
import knex from 'knex';
import { url } from './tables.ts';

const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 } });

async function page(): Promise<void> {
  const books = await db('book').select('id', 'author_id').orderBy('id'); // from: book
  for (const { author_id } of books) {
    await db('author').where({ id: author_id }).first(); // from: author
  }
  const reviews = books.map(({ id }) => db('review').where('book_id', id));
  await Promise.all(reviews); // from: review
}

for (let i = 0; i < 3; i++) await context('page', page);
await db.destroy();
