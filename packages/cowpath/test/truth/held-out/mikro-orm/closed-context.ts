import { setTimeout as sleep } from 'node:timers/promises';
import { Article } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import { load } from './load.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: MikroOrmPage = {
  shows: 'an origin whose context has closed',
  root: 'mail a digest',
  served: 'context',
  requests: 14,
  together: 2,
  async run({ db, left }, truth, random) {
    const em = db.em.fork();
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await em.find(Article, { id: { $gte: from, $lte: from + 5 } });
      return { articles: inner.query('article', ['id'], chosen.length), rows: chosen };
    });
    for (const article of rows) await load(truth, articles, 'article.author_id -> person.id', article.author);
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      // The sections of all of them, in one query.
      await em.populate(rows, ['section']);
      const sections = new Set(rows.map(({ section }) => section.id));
      truth.follow(articles, 'article.section_id -> section.id', sections.size);
    };
    left.push(afterwards());
  },
};
