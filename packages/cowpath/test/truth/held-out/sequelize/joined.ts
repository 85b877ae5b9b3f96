import { Article } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** Authors included by a join, so that they come with the articles; what is followed from each of them. */
export const joined: SequelizePage = {
  shows: 'followed from a joined include',
  root: 'GET /sections/:n/authors',
  served: 'express',
  requests: 30,
  together: 2,
  async run(_site, truth, _random, n) {
    const listed = await Article.findAll({ where: { section_id: n }, include: 'author' });
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const article of listed) {
      await article.author!.getCity();
      truth.follow(articles, 'person.city_id -> city.id', 1);
    }
  },
};
