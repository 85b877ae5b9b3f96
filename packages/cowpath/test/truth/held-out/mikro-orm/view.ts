import { ArticleCard } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import { load } from './load.ts';

/** Rows of a view over two tables: followed from, and followed to. */
export const view: MikroOrmPage = {
  shows: 'a view',
  root: 'GET /cards',
  served: 'http',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const em = db.em.fork();
    const from = random.from(1, 140);
    const listed = await em.find(ArticleCard, { id: { $gte: from, $lte: from + 6 } });
    const cards = truth.query('article_card', ['id'], listed.length);
    for (const card of listed) {
      const author = await load(truth, cards, 'article_card.author_id -> person.id', card.author);
      const more = await em.find(ArticleCard, { author: author.one.id }, { limit: 3 });
      truth.follow(author.step, 'person.id -> article_card.author_id', more.length);
    }
  },
};
