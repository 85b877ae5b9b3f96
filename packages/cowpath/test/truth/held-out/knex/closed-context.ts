import { setTimeout as sleep } from 'node:timers/promises';
import type { KnexPage } from '../../drivers/knex.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: KnexPage = {
  shows: 'an origin whose context has closed',
  root: 'GET /digests/:n/mail',
  served: 'express',
  requests: 14,
  together: 2,
  async run({ db: knex, left }, truth, random) {
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await knex('article').whereBetween('id', [from, from + 5]);
      return { articles: inner.query('article', ['id'], chosen.length), rows: chosen };
    });
    await Promise.all(
      rows.map(async ({ author_id }) => {
        const author = await knex('person').where('id', author_id).first('name');
        truth.follow(articles, 'article.author_id -> person.id', author ? 1 : 0);
      }),
    );
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      for (const { section_id } of rows) {
        const inside = await knex('section').where('id', section_id).select('name');
        truth.follow(articles, 'article.section_id -> section.id', inside.length);
      }
    };
    left.push(afterwards());
  },
};
