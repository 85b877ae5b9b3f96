import { asc, count, desc, eq, inArray, sum } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/open.ts';
import { author, book, category, order, orderItem, review } from '../database/schema.ts';

const SHELVES_SHOWN = 20;
const BOOKS_SHOWN = 10;

export interface AdminStats {
  orders: { status: string; orders: number; totalCents: number }[];
  shelves: { id: number; name: string; copiesSold: number }[];
  mostReviewed: { id: number; title: string; author: string; reviews: number }[];
}

/** The page that is written as it should be: four statements, however many rows they show. */
export async function adminStats(db: Database): Promise<AdminStats> {
  const orders = await db
    .select({ status: order.status, orders: count(), totalCents: sum(order.totalCents).mapWith(Number) })
    .from(order)
    .groupBy(order.status)
    .orderBy(order.status);
  const shelves = await db
    .select({ id: category.id, name: category.name, copiesSold: sum(orderItem.quantity).mapWith(Number) })
    .from(category)
    .innerJoin(book, eq(book.categoryId, category.id))
    .innerJoin(orderItem, eq(orderItem.bookId, book.id))
    .groupBy(category.id)
    .orderBy(category.name)
    .limit(SHELVES_SHOWN);
  const reviewed = await db
    .select({ id: book.id, title: book.title, authorId: book.authorId, reviews: count() })
    .from(book)
    .innerJoin(review, eq(review.bookId, book.id))
    .groupBy(book.id)
    .orderBy(desc(count()), asc(book.id))
    .limit(BOOKS_SHOWN);
  const writers = await db
    .select({ id: author.id, name: author.name })
    .from(author)
    .where(inArray(author.id, [...new Set(reviewed.map(({ authorId }) => authorId))]));
  const nameOf = new Map(writers.map(({ id, name }) => [id, name]));
  return {
    orders,
    shelves,
    mostReviewed: reviewed.map(({ authorId, ...rest }) => ({ ...rest, author: nameOf.get(authorId)! })),
  };
}

export function adminStatsPage(app: FastifyInstance, db: Database): void {
  app.get('/admin/stats', () => adminStats(db));
}
