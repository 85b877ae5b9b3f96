import { Person } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** Three articles of each person of a city, two comments of each of those, who wrote them. */
export const limitPerParent: ObjectionPage = {
  shows: 'limit per parent',
  root: 'people of a city',
  served: 'context',
  requests: 12,
  together: 2,
  async run(_site, truth, _random, n) {
    const listed = await Person.query().where('city_id', n);
    const people = truth.query('person', ['city_id'], listed.length);
    for (const person of listed) {
      const newest = await person
        .$relatedQuery('articles')
        .orderBy([{ column: 'published_on', order: 'desc' }, { column: 'id' }])
        .limit(3);
      const articles = truth.follow(people, 'person.id -> article.author_id', newest.length);
      for (const article of newest) {
        const latest = await article.$relatedQuery('comments').orderBy('id', 'desc').limit(2);
        const comments = truth.follow(articles, 'article.id -> comment.article_id', latest.length);
        for (const comment of latest) {
          await comment.$relatedQuery('person');
          truth.follow(comments, 'comment.person_id -> person.id', 1);
        }
      }
    }
  },
};
