import { eq } from 'drizzle-orm';
import type { Database } from '../../database/open.ts';
import { author, book, bookTag, publisher, tag } from '../../database/schema.ts';
import type { BookDetail } from '../book.ts';
import { sidebar } from './sidebar.ts';

/** The book, its author and its publisher in one statement. */
export async function showBook(db: Database, id: number): Promise<BookDetail | undefined> {
  const [found] = await db
    .select({ book, author, publisher })
    .from(book)
    .innerJoin(author, eq(author.id, book.authorId))
    .innerJoin(publisher, eq(publisher.id, book.publisherId))
    .where(eq(book.id, id));
  if (!found) return undefined;
  const tags = await db
    .select({ name: tag.name })
    .from(bookTag)
    .innerJoin(tag, eq(tag.id, bookTag.tagId))
    .where(eq(bookTag.bookId, id))
    .orderBy(tag.name);
  return {
    id,
    title: found.book.title,
    publishedOn: found.book.publishedOn,
    priceCents: found.book.priceCents,
    author: found.author,
    publisher: found.publisher,
    tags: tags.map(({ name }) => name),
    sidebar: await sidebar(db, 1),
  };
}
