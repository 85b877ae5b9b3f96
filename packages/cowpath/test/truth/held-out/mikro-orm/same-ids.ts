import { Article, Person, Product, Setting } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import { load } from './load.ts';

const TEAM = [3, 7, 11, 19];

/** Beside a true follow: another table asked for the same numbers, and people who have nothing to do with the list. */
export const sameIds: MikroOrmPage = {
  shows: 'an unrelated query with the same ids',
  root: 'GET /digest/:n',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, random, n) {
    const em = db.em.fork();
    const viewer = random.from(1, 60);
    await em.findOneOrFail(Person, viewer);
    truth.query('person', ['id'], 1);
    const from = random.from(1, 140);
    const listed = await em.find(Article, { id: { $gte: from, $lte: from + 5 } });
    const articles = truth.query('article', ['id'], listed.length);
    for (const article of listed) {
      await load(truth, articles, 'article.section_id -> section.id', article.section);
      // By condition, so that the identity map does not answer.
      const set = await em.find(Setting, { id: article.section.id });
      truth.query('setting', ['id'], set.length);
      const wanted = await em.find(Product, { id: article.author.id });
      truth.query('product', ['id'], wanted.length);
    }
    for (const id of TEAM.slice(0, 2 + (n % 3))) {
      if (id === viewer) continue;
      await em.findOneOrFail(Person, id);
      truth.query('person', ['id'], 1);
    }
  },
};
