import type { KnexPage } from '../../drivers/knex.ts';

/** A count, a maximum and a group for each of a list. */
export const aggregates: KnexPage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run({ db: knex }, truth, _random, n) {
    const living = await knex('person').where({ city_id: n });
    const people = truth.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      await knex('comment').where('person_id', id).count({ n: '*' }).max({ newest: 'id' }).first();
      truth.follow(people, 'person.id -> comment.person_id', 1);
      const written = await knex('article')
        .where('author_id', id)
        .select('section_id')
        .count<{ section_id: number; n: string }[]>({ n: '*' })
        .groupBy('section_id')
        .orderBy([{ column: 'n', order: 'desc' }, 'section_id']);
      const groups = truth.follow(people, 'person.id -> article.author_id', written.length);
      for (const { section_id } of written.slice(0, 2)) {
        const inside = await knex('section').where({ id: section_id }).select('name');
        truth.follow(groups, 'article.section_id -> section.id', inside.length);
      }
    }
  },
};
