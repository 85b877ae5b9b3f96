import { setTimeout as sleep } from 'node:timers/promises';
import type { PrismaPage } from '../../drivers/prisma.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: PrismaPage = {
  shows: 'an origin whose context has closed',
  root: 'mail a digest',
  served: 'context',
  requests: 14,
  together: 2,
  async run({ db, left }, truth, random) {
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await db.article.findMany({ where: { id: { gte: from, lte: from + 5 } } });
      return { articles: inner.query('article', ['id'], chosen.length), rows: chosen };
    });
    // Lookups by key that begin together go out as one query.
    const authors = await Promise.all(
      rows.map(({ authorId }) => db.person.findUnique({ where: { id: authorId } })),
    );
    truth.follow(
      articles,
      'article.author_id -> person.id',
      new Set(authors.map((author) => author?.id)).size,
    );
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      for (const { sectionId } of rows) {
        await db.section.findUniqueOrThrow({ where: { id: sectionId } });
        truth.follow(articles, 'article.section_id -> section.id', 1);
      }
    };
    left.push(afterwards());
  },
};
