import { eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/open.ts';
import { author, book, bookTag, publisher, tag } from '../database/schema.ts';
import { ID_PARAMS, type IdParams } from './key.ts';
import type { Pages } from './pages.ts';
import { type ReaderVoice, sidebar } from './sidebar.ts';

export interface BookDetail {
  id: number;
  title: string;
  publishedOn: string;
  priceCents: number;
  author: { id: number; name: string; country: string };
  publisher: { id: number; name: string; city: string };
  tags: string[];
  sidebar: ReaderVoice[];
}

export async function showBook(db: Database, id: number): Promise<BookDetail | undefined> {
  const [found] = await db.select().from(book).where(eq(book.id, id));
  if (!found) return undefined;
  const [writer] = await db.select().from(author).where(eq(author.id, found.authorId));
  const [house] = await db.select().from(publisher).where(eq(publisher.id, found.publisherId));
  const tags = await db
    .select({ id: tag.id, name: tag.name })
    .from(bookTag)
    .innerJoin(tag, eq(tag.id, bookTag.tagId))
    .where(eq(bookTag.bookId, id))
    .orderBy(tag.name);
  return {
    id,
    title: found.title,
    publishedOn: found.publishedOn,
    priceCents: found.priceCents,
    author: writer!,
    publisher: house!,
    tags: tags.map(({ name }) => name),
    sidebar: await sidebar(db, 1),
  };
}

export function bookPage(app: FastifyInstance, db: Database, { showBook: show }: Pages): void {
  app.get<IdParams>('/books/:id', { schema: { params: ID_PARAMS } }, async (request, reply) => {
    const shown = await show(db, request.params.id);
    return shown ?? reply.code(404).send({ error: 'notfound', message: 'No such book.' });
  });
}
