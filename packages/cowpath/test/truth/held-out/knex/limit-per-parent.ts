import type { KnexPage } from '../../drivers/knex.ts';

/** Three articles of each person of a city, two comments of each of those, who wrote them. */
export const limitPerParent: KnexPage = {
  shows: 'limit per parent',
  root: 'people of a city',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db: knex }, truth, _random, n) {
    const listed = await knex('person').where({ city_id: n }).select('id', 'name');
    const people = truth.query('person', ['city_id'], listed.length);
    for (const { id } of listed) {
      const newest = await knex('article')
        .where({ author_id: id })
        .orderBy([{ column: 'published_on', order: 'desc' }, { column: 'id' }])
        .limit(3);
      const articles = truth.follow(people, 'person.id -> article.author_id', newest.length);
      for (const article of newest) {
        const latest = await knex('comment').where({ article_id: article.id }).orderBy('id', 'desc').limit(2);
        const comments = truth.follow(articles, 'article.id -> comment.article_id', latest.length);
        for (const { person_id } of latest) {
          const writer = await knex('person').where({ id: person_id }).first();
          truth.follow(comments, 'comment.person_id -> person.id', writer ? 1 : 0);
        }
      }
    }
  },
};
