import type { KnexPage } from '../../drivers/knex.ts';

const TEAM = [3, 7, 11, 19];

/** Beside a true follow: another table asked for the same numbers, and people who have nothing to do with the list. */
export const sameIds: KnexPage = {
  shows: 'an unrelated query with the same ids',
  root: 'GET /digest/:n',
  served: 'fastify',
  requests: 30,
  together: 2,
  async run({ db: knex }, truth, random, n) {
    const viewer = await knex('person')
      .where({ id: random.from(1, 60) })
      .first();
    truth.query('person', ['id'], viewer ? 1 : 0);
    const from = random.from(1, 140);
    const listed = await knex('article')
      .where('id', '>=', from)
      .andWhere('id', '<', from + 6);
    const articles = truth.query('article', ['id'], listed.length);
    for (const { section_id, author_id } of listed) {
      const inside = await knex('section').where('id', section_id).pluck('name');
      truth.follow(articles, 'article.section_id -> section.id', inside.length);
      const set = await knex('setting').where('id', section_id).pluck('value');
      truth.query('setting', ['id'], set.length);
      const wanted = await knex('product').where('id', author_id).pluck('name');
      truth.query('product', ['id'], wanted.length);
    }
    for (const id of TEAM.slice(0, 2 + (n % 3))) {
      const member = await knex('person').where({ id });
      truth.query('person', ['id'], member.length);
    }
  },
};
