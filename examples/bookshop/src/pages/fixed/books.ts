import { asc, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../database/open.ts';
import { author, book, publisher, review, user } from '../../database/schema.ts';
import { BOOKS_PER_PAGE, type BookListed, REVIEWS_PER_BOOK, type ReviewShown } from '../books.ts';

/** Two statements, however many books: the books joined with author and publisher, then all their reviews. */
export async function listBooks(db: Database, page: number): Promise<BookListed[]> {
  const books = await db
    .select({
      id: book.id,
      title: book.title,
      priceCents: book.priceCents,
      author: author.name,
      publisher: publisher.name,
    })
    .from(book)
    .innerJoin(author, eq(author.id, book.authorId))
    .innerJoin(publisher, eq(publisher.id, book.publisherId))
    .orderBy(book.title)
    .limit(BOOKS_PER_PAGE)
    .offset((page - 1) * BOOKS_PER_PAGE);
  const ids = books.map(({ id }) => id);
  const reviews = ids.length > 0 ? await newestReviews(db, ids) : new Map<number, ReviewShown[]>();
  return books.map((listed) => ({ ...listed, reviews: reviews.get(listed.id) ?? [] }));
}

async function newestReviews(db: Database, bookIds: number[]): Promise<Map<number, ReviewShown[]>> {
  const newest = db
    .select()
    .from(review)
    .where(eq(review.bookId, book.id))
    .orderBy(desc(review.createdAt))
    .limit(REVIEWS_PER_BOOK)
    .as('newest');
  const rows = await db
    .select({
      bookId: newest.bookId,
      rating: newest.rating,
      body: newest.body,
      createdAt: newest.createdAt,
      by: user.name,
    })
    .from(book)
    .innerJoinLateral(newest, sql`true`)
    .innerJoin(user, eq(user.id, newest.userId))
    .where(inArray(book.id, bookIds))
    .orderBy(asc(book.id), desc(newest.createdAt));
  const byBook = new Map<number, ReviewShown[]>();
  for (const { bookId, ...shown } of rows) {
    const list = byBook.get(bookId);
    if (list) list.push(shown);
    else byBook.set(bookId, [shown]);
  }
  return byBook;
}
