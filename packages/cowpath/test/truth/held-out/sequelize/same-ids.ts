import { Op } from 'sequelize';
import { Article, Person, Product, Setting } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

const TEAM = [3, 7, 11, 19];

/** Beside a true follow: another table asked for the same numbers, and people who have nothing to do with the list. */
export const sameIds: SequelizePage = {
  shows: 'an unrelated query with the same ids',
  root: 'GET /digest/:n',
  served: 'express',
  requests: 30,
  together: 2,
  async run(_site, truth, random, n) {
    await Person.findByPk(random.from(1, 60));
    truth.query('person', ['id'], 1);
    const from = random.from(1, 140);
    const listed = await Article.findAll({ where: { id: { [Op.gte]: from, [Op.lt]: from + 6 } } });
    const articles = truth.query('article', ['id'], listed.length);
    for (const article of listed) {
      await article.getSection({ attributes: ['name'] });
      truth.follow(articles, 'article.section_id -> section.id', 1);
      const setting = await Setting.findByPk(article.section_id);
      truth.query('setting', ['id'], setting ? 1 : 0);
      const product = await Product.findByPk(article.author_id);
      truth.query('product', ['id'], product ? 1 : 0);
    }
    for (const id of TEAM.slice(0, 2 + (n % 3))) {
      await Person.findByPk(id);
      truth.query('person', ['id'], 1);
    }
  },
};
