import { desc, eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/open.ts';
import { author, book, publisher, review, user } from '../database/schema.ts';
import type { Pages } from './pages.ts';

export const BOOKS_PER_PAGE = 50;
export const REVIEWS_PER_BOOK = 3;

export interface ReviewShown {
  rating: number;
  body: string;
  createdAt: Date;
  by: string;
}

export interface BookListed {
  id: number;
  title: string;
  priceCents: number;
  author: string;
  publisher: string;
  reviews: ReviewShown[];
}

/** Pages count from 1; a page past the end is empty. */
export async function listBooks(db: Database, page: number): Promise<BookListed[]> {
  const books = await db
    .select()
    .from(book)
    .orderBy(book.title)
    .limit(BOOKS_PER_PAGE)
    .offset((page - 1) * BOOKS_PER_PAGE);
  const listed: BookListed[] = [];
  for (const { id, title, priceCents, authorId, publisherId } of books) {
    const [writer] = await db.select().from(author).where(eq(author.id, authorId));
    const [house] = await db.select().from(publisher).where(eq(publisher.id, publisherId));
    const reviews = await newestReviews(db, id);
    listed.push({ id, title, priceCents, author: writer!.name, publisher: house!.name, reviews });
  }
  return listed;
}

async function newestReviews(db: Database, bookId: number): Promise<ReviewShown[]> {
  const reviews = await db
    .select()
    .from(review)
    .where(eq(review.bookId, bookId))
    .orderBy(desc(review.createdAt))
    .limit(REVIEWS_PER_BOOK);
  const shown: ReviewShown[] = [];
  for (const { rating, body, createdAt, userId } of reviews) {
    const [reader] = await db.select().from(user).where(eq(user.id, userId));
    shown.push({ rating, body, createdAt, by: reader!.name });
  }
  return shown;
}

export function booksPage(app: FastifyInstance, db: Database, { listBooks: list }: Pages): void {
  const querystring = {
    type: 'object',
    properties: { page: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 1 } },
  };
  app.get<{ Querystring: { page: number } }>('/books', { schema: { querystring } }, (request) =>
    list(db, request.query.page),
  );
}
