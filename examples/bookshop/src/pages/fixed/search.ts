import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../database/open.ts';
import { author, book, publisher } from '../../database/schema.ts';
import { patternOf, RESULTS_MAX, type SearchAnswer, VOICES } from '../search.ts';
import { sidebar } from './sidebar.ts';

/** Authors are joined, as publishers were already. */
export async function search(db: Database, beginning: string): Promise<SearchAnswer> {
  const results = await db
    .select({ id: book.id, title: book.title, publisher: publisher.name, author: author.name })
    .from(book)
    .innerJoin(publisher, eq(publisher.id, book.publisherId))
    .innerJoin(author, eq(author.id, book.authorId))
    .where(sql`lower(${book.title}) like ${patternOf(beginning)}`)
    .orderBy(book.title)
    .limit(RESULTS_MAX);
  return { results, sidebar: await sidebar(db, VOICES) };
}
