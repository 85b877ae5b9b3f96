import { eq, sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/open.ts';
import { author, book, publisher } from '../database/schema.ts';
import type { Pages } from './pages.ts';
import { type ReaderVoice, sidebar } from './sidebar.ts';

export const RESULTS_MAX = 30;
export const VOICES = 30;

export interface SearchResult {
  id: number;
  title: string;
  publisher: string;
  author: string;
}

export interface SearchAnswer {
  results: SearchResult[];
  sidebar: ReaderVoice[];
}

/** What `like` finds titles by: taken literally, in lower case. */
export function patternOf(beginning: string): string {
  return `${beginning.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
}

/** Books whose title begins so, whatever the case of the letters. */
export async function search(db: Database, beginning: string): Promise<SearchAnswer> {
  const found = await db
    .select({ id: book.id, title: book.title, authorId: book.authorId, publisher: publisher.name })
    .from(book)
    .innerJoin(publisher, eq(publisher.id, book.publisherId))
    .where(sql`lower(${book.title}) like ${patternOf(beginning)}`)
    .orderBy(book.title)
    .limit(RESULTS_MAX);
  const results: SearchResult[] = [];
  for (const { authorId, ...rest } of found) {
    const [writer] = await db.select().from(author).where(eq(author.id, authorId));
    results.push({ ...rest, author: writer!.name });
  }
  return { results, sidebar: await sidebar(db, VOICES) };
}

export function searchPage(app: FastifyInstance, db: Database, pages: Pages): void {
  const querystring = {
    type: 'object',
    required: ['q'],
    // Postgres's text holds no NUL.
    properties: { q: { type: 'string', minLength: 1, maxLength: 100, pattern: '^[^\\u0000]*$' } },
  };
  app.get<{ Querystring: { q: string } }>('/search', { schema: { querystring } }, (request) =>
    pages.search(db, request.query.q),
  );
}
