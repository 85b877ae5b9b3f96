import { setTimeout as sleep } from 'node:timers/promises';
import { Between } from 'typeorm';
import { Article } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: TypeOrmPage = {
  shows: 'an origin whose context has closed',
  root: 'mail a digest',
  served: 'context',
  requests: 14,
  together: 2,
  async run({ db, left }, truth, random) {
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await db.getRepository(Article).findBy({ id: Between(String(from), String(from + 5)) });
      return { articles: inner.query('article', ['id'], chosen.length), rows: chosen };
    });
    for (const article of rows) {
      await article.author;
      truth.follow(articles, 'article.author_id -> person.id', 1);
    }
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      for (const article of rows) {
        await article.section;
        truth.follow(articles, 'article.section_id -> section.id', 1);
      }
    };
    left.push(afterwards());
  },
};
