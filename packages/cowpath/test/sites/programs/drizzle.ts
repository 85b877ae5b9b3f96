import { context } from 'cowpath';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { url } from './tables.ts';

const book = pgTable('book', { id: integer().primaryKey(), title: text(), author_id: integer() });
const author = pgTable('author', { id: integer().primaryKey(), name: text() });
const review = pgTable('review', { id: integer().primaryKey(), book_id: integer(), rating: integer() });

const pool = new pg.Pool({ connectionString: url });
const db = drizzle(pool, { schema: { book, author, review } });

async function page(): Promise<void> {
  const books = await db.select().from(book).orderBy(book.id); // from: book
  for (const one of books) {
    await db.query.author.findFirst({ where: eq(author.id, one.author_id!) }); // from: author
  }
  const reviews = books.map(({ id }) => db.select().from(review).where(eq(review.book_id, id)));
  await Promise.all(reviews); // from: review
}

for (let i = 0; i < 3; i++) await context('page', page);
await pool.end();
