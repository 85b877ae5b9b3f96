import { asc, between, eq } from 'drizzle-orm';
import { article, person } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Author and editor, both a person, asked for together. */
export const twoColumns: DrizzlePage = {
  shows: 'two columns referencing one table',
  root: 'proofs of a section',
  served: 'context',
  requests: 30,
  together: 1,
  async run({ db }, truth, _random, n) {
    const listed = await db.select().from(article).where(eq(article.sectionId, n)).orderBy(asc(article.id));
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const one of listed) {
      const [author, editor] = await Promise.all([
        db.select().from(person).where(eq(person.id, one.authorId)),
        db.select().from(person).where(eq(person.id, one.editorId)),
      ]);
      truth.follow(articles, 'article.author_id -> person.id', author.length);
      truth.follow(articles, 'article.editor_id -> person.id', editor.length);
    }
  },
};

/** The same rows, but only the editor is ever asked for. */
export const oneOfTwoColumns: DrizzlePage = {
  shows: 'one of two columns referencing one table',
  root: 'GET /desk',
  served: 'http',
  requests: 20,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 140);
    const listed = await db
      .select()
      .from(article)
      .where(between(article.id, from, from + 7));
    const articles = truth.query('article', ['id'], listed.length);
    for (const { editorId } of listed) {
      const editor = await db.select().from(person).where(eq(person.id, editorId));
      truth.follow(articles, 'article.editor_id -> person.id', editor.length);
    }
  },
};
