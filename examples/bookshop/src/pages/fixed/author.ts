import { avg, count, desc, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../database/open.ts';
import { author, book, review } from '../../database/schema.ts';
import { type AuthorShown, BOOKS_SHOWN } from '../author.ts';

/** The ratings of all books in one grouped statement. */
export async function showAuthor(db: Database, id: number): Promise<AuthorShown | undefined> {
  const [found] = await db.select().from(author).where(eq(author.id, id));
  if (!found) return undefined;
  const written = await db
    .select()
    .from(book)
    .where(eq(book.authorId, id))
    .orderBy(desc(book.publishedOn), desc(book.id))
    .limit(BOOKS_SHOWN);
  const ids = written.map((one) => one.id);
  const rated = await db
    .select({ bookId: review.bookId, average: avg(review.rating), reviews: count() })
    .from(review)
    .where(inArray(review.bookId, ids))
    .groupBy(review.bookId);
  const ratings = new Map(rated.map((one) => [one.bookId, one]));
  return {
    ...found,
    books: written.map((one) => {
      const { average = null, reviews = 0 } = ratings.get(one.id) ?? {};
      const rating = average === null ? null : Number(average);
      return { id: one.id, title: one.title, publishedOn: one.publishedOn, rating, reviews };
    }),
  };
}
