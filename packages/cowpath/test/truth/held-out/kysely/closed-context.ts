import { setTimeout as sleep } from 'node:timers/promises';
import type { KyselyPage } from '../../drivers/kysely.ts';

/** Loaded in a nested context that has closed before its objects are followed; then again after the root itself. */
export const closedContext: KyselyPage = {
  shows: 'an origin whose context has closed',
  root: 'mail a digest',
  served: 'context',
  requests: 14,
  together: 2,
  async run({ db, left }, truth, random) {
    const { articles, rows } = await truth.nested('choose', async (inner) => {
      const from = random.from(1, 150);
      const chosen = await db
        .selectFrom('article')
        .selectAll()
        .where((eb) => eb.between('id', from, from + 5))
        .execute();
      return { articles: inner.query('article', ['id'], chosen.length), rows: chosen };
    });
    for (const { author_id } of rows) {
      const author = await db.selectFrom('person').select('name').where('id', '=', author_id).execute();
      truth.follow(articles, 'article.author_id -> person.id', author.length);
    }
    const afterwards = async (): Promise<void> => {
      await sleep(20);
      for (const { section_id } of rows) {
        const inside = await db.selectFrom('section').select('name').where('id', '=', section_id).execute();
        truth.follow(articles, 'article.section_id -> section.id', inside.length);
      }
    };
    left.push(afterwards());
  },
};
