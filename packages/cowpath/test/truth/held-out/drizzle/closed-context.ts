import { setTimeout as sleep } from 'node:timers/promises';
import { between, eq } from 'drizzle-orm';
import { article, person, section } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: DrizzlePage = {
  shows: 'an origin whose context has closed',
  root: 'GET /digests/:n/mail',
  served: 'fastify',
  requests: 14,
  together: 2,
  async run({ db, left }, truth, random) {
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await db
        .select()
        .from(article)
        .where(between(article.id, from, from + 5));
      return { articles: inner.query('article', ['id'], chosen.length), rows: chosen };
    });
    await Promise.all(
      rows.map(async ({ authorId }) => {
        const author = await db.select({ name: person.name }).from(person).where(eq(person.id, authorId));
        truth.follow(articles, 'article.author_id -> person.id', author.length);
      }),
    );
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      for (const { sectionId } of rows) {
        const inside = await db.select({ name: section.name }).from(section).where(eq(section.id, sectionId));
        truth.follow(articles, 'article.section_id -> section.id', inside.length);
      }
    };
    left.push(afterwards());
  },
};
