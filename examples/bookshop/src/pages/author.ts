import { avg, count, desc, eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/open.ts';
import { author, book, review } from '../database/schema.ts';
import { ID_PARAMS, type IdParams } from './key.ts';
import type { Pages } from './pages.ts';

export const BOOKS_SHOWN = 40;

export interface AuthorShown {
  id: number;
  name: string;
  country: string;
  /** The newest first. */
  books: { id: number; title: string; publishedOn: string; rating: number | null; reviews: number }[];
}

export async function showAuthor(db: Database, id: number): Promise<AuthorShown | undefined> {
  const [found] = await db.select().from(author).where(eq(author.id, id));
  if (!found) return undefined;
  const written = await db
    .select()
    .from(book)
    .where(eq(book.authorId, id))
    .orderBy(desc(book.publishedOn), desc(book.id))
    .limit(BOOKS_SHOWN);
  const books: AuthorShown['books'] = [];
  for (const one of written) {
    const [rated] = await db
      .select({ average: avg(review.rating), count: count() })
      .from(review)
      .where(eq(review.bookId, one.id));
    const { average, count: reviews } = rated!;
    const rating = average === null ? null : Number(average);
    books.push({ id: one.id, title: one.title, publishedOn: one.publishedOn, rating, reviews });
  }
  return { ...found, books };
}

export function authorPage(app: FastifyInstance, db: Database, { showAuthor: show }: Pages): void {
  app.get<IdParams>('/authors/:id', { schema: { params: ID_PARAMS } }, async (request, reply) => {
    const shown = await show(db, request.params.id);
    return shown ?? reply.code(404).send({ error: 'notfound', message: 'No such author.' });
  });
}
