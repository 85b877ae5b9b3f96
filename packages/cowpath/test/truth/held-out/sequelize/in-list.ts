import { Article, City, Person } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** What a careful program does: one query for all siblings, by hand and by a separate include. */
export const inList: SequelizePage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'fastify',
  requests: 30,
  together: 2,
  async run(_site, truth, _random, n) {
    const listed = await Article.findAll({
      where: { section_id: n },
      include: [{ association: 'comments', separate: true }],
    });
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    const said = listed.flatMap(({ comments }) => comments ?? []);
    truth.follow(articles, 'article.id -> comment.article_id', said.length);
    const authors = await Person.findAll({
      where: { id: [...new Set(listed.map(({ author_id }) => author_id))] },
    });
    const people = truth.follow(articles, 'article.author_id -> person.id', authors.length);
    const homes = await City.findAll({ where: { id: [...new Set(authors.map(({ city_id }) => city_id))] } });
    truth.follow(people, 'person.city_id -> city.id', homes.length);
  },
};
