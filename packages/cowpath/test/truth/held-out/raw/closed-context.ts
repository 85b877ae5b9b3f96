import { setTimeout as sleep } from 'node:timers/promises';
import type { RawPage } from '../../drivers/raw.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: RawPage = {
  shows: 'an origin whose context has closed',
  root: 'mail a digest',
  served: 'context',
  requests: 14,
  together: 2,
  async run({ db: pool, left }, truth, random) {
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await pool.query('select * from article where id between $1 and $2', [from, from + 5]);
      return { articles: inner.query('article', ['id'], chosen.rows.length), rows: chosen.rows };
    });
    for (const article of rows) {
      const author = await pool.query('select name from person where id = $1', [article.author_id]);
      truth.follow(articles, 'article.author_id -> person.id', author.rows.length);
    }
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      for (const article of rows) {
        const section = await pool.query('select name from section where id = $1', [article.section_id]);
        truth.follow(articles, 'article.section_id -> section.id', section.rows.length);
      }
    };
    left.push(afterwards());
  },
};
