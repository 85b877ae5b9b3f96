import type { KnexPage } from '../../drivers/knex.ts';

/** What a careful program does: one query for all siblings. */
export const inList: KnexPage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'fastify',
  requests: 30,
  together: 2,
  async run({ db: knex }, truth, _random, n) {
    const listed = await knex('article').where({ section_id: n }).select('id', 'author_id');
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    const authors = await knex('person').whereIn('id', [...new Set(listed.map((one) => one.author_id))]);
    const people = truth.follow(articles, 'article.author_id -> person.id', authors.length);
    const homes = await knex('city')
      .whereRaw('id = any(?)', [[...new Set(authors.map((one) => one.city_id))]])
      .select('name');
    truth.follow(people, 'person.city_id -> city.id', homes.length);
    const ids = listed.map(({ id }) => id);
    const said = await knex('comment').whereIn('article_id', ids).select('id');
    truth.follow(articles, 'article.id -> comment.article_id', said.length);
  },
};
