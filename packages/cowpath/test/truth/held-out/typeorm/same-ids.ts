import { Between } from 'typeorm';
import { Article, Person, Product, Setting } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

const TEAM = [3, 7, 11, 19];

/** Beside a true follow: another table asked for the same numbers, and people who have nothing to do with the list. */
export const sameIds: TypeOrmPage = {
  shows: 'an unrelated query with the same ids',
  root: 'GET /digest/:n',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, random, n) {
    await db.getRepository(Person).findOneByOrFail({ id: random.from(1, 60) });
    truth.query('person', ['id'], 1);
    const from = random.from(1, 140);
    const listed = await db.getRepository(Article).findBy({ id: Between(String(from), String(from + 5)) });
    const articles = truth.query('article', ['id'], listed.length);
    for (const article of listed) {
      await article.section;
      truth.follow(articles, 'article.section_id -> section.id', 1);
      await db.getRepository(Setting).findOneByOrFail({ id: article.sectionId });
      truth.query('setting', ['id'], 1);
      const wanted = await db.getRepository(Product).findOneBy({ id: String(article.authorId) });
      truth.query('product', ['id'], wanted === null ? 0 : 1);
    }
    for (const id of TEAM.slice(0, 2 + (n % 3))) {
      await db.getRepository(Person).findOneByOrFail({ id });
      truth.query('person', ['id'], 1);
    }
  },
};
