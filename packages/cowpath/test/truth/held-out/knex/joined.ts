import type { KnexPage } from '../../drivers/knex.ts';

/** Authors joined to articles; what is followed from each of them. */
export const joined: KnexPage = {
  shows: 'followed from a joined row',
  root: 'GET /sections/:n/authors',
  served: 'fastify',
  requests: 30,
  together: 2,
  async run({ db: knex }, truth, _random, n) {
    const listed = await knex('article')
      .leftJoin('person', 'person.id', 'article.author_id')
      .where({ section_id: n })
      .select('article.*', 'person.name', 'person.city_id');
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const { city_id } of listed) {
      const at = await knex('city').where({ id: city_id }).first();
      truth.follow(articles, 'person.city_id -> city.id', at ? 1 : 0);
    }
  },
};
