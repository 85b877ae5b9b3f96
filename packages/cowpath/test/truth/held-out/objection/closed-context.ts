import { setTimeout as sleep } from 'node:timers/promises';
import { Article } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: ObjectionPage = {
  shows: 'an origin whose context has closed',
  root: 'mail a digest',
  served: 'context',
  requests: 14,
  together: 2,
  async run({ left }, truth, random) {
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await Article.query().whereBetween('id', [from, from + 5]);
      return { articles: inner.query('article', ['id'], chosen.length), rows: chosen };
    });
    await Article.fetchGraph(rows, 'author');
    const authors = new Set(rows.map(({ author_id }) => author_id));
    truth.follow(articles, 'article.author_id -> person.id', authors.size);
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      for (const article of rows) {
        await article.$relatedQuery('section');
        truth.follow(articles, 'article.section_id -> section.id', 1);
      }
    };
    left.push(afterwards());
  },
};
