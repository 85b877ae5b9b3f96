import { Article } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** Authors fetched by a join, so that they come with the articles; what is followed from each of them. */
export const joined: ObjectionPage = {
  shows: 'followed from a joined graph',
  root: 'GET /sections/:n/authors',
  served: 'fastify',
  requests: 30,
  together: 2,
  async run(_site, truth, _random, n) {
    const listed = await Article.query().where('section_id', n).withGraphJoined('author');
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const { author } of listed) {
      await author.$relatedQuery('city');
      truth.follow(articles, 'person.city_id -> city.id', 1);
    }
  },
};
