import { Article, Person } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** Three articles of each person of a city; two comments of each of those at once, as a UNION; who wrote them. */
export const limitPerParent: SequelizePage = {
  shows: 'limit per parent',
  root: 'people of a city',
  served: 'context',
  requests: 12,
  together: 2,
  async run(_site, truth, _random, n) {
    const listed = await Person.findAll({ where: { city_id: n } });
    const people = truth.query('person', ['city_id'], listed.length);
    for (const person of listed) {
      const newest = await Article.findAll({
        where: { author_id: person.id },
        order: [['published_on', 'DESC'], 'id'],
        limit: 3,
        include: [{ association: 'comments', separate: true, order: [['id', 'DESC']], limit: 2 }],
      });
      const articles = truth.follow(people, 'person.id -> article.author_id', newest.length);
      if (newest.length === 0) continue;
      const latest = newest.flatMap(({ comments }) => comments ?? []);
      const comments = truth.follow(articles, 'article.id -> comment.article_id', latest.length);
      for (const comment of latest) {
        await comment.getPerson();
        truth.follow(comments, 'comment.person_id -> person.id', 1);
      }
    }
  },
};
