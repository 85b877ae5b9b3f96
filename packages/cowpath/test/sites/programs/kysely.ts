import { context } from 'cowpath';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { url } from './tables.ts';

interface Shop {
  book: { id: number; title: string; author_id: number };
  author: { id: number; name: string };
  review: { id: number; book_id: number; rating: number };
}

const db = new Kysely<Shop>({
  dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
});

async function authorOf(id: number): Promise<unknown> {
  return await db.selectFrom('author').selectAll().where('id', '=', id).executeTakeFirst(); // from: author
}

async function page(): Promise<void> {
  const books = await db.selectFrom('book').selectAll().orderBy('id').execute(); // from: book
  for (const book of books) await authorOf(book.author_id);
  await db.transaction().execute(async (work) => {
    await sql`select rating from review where book_id = ${books[0]!.id}`.execute(work); // from: review
  });
}

for (let i = 0; i < 3; i++) await context('page', page);
await db.destroy();
