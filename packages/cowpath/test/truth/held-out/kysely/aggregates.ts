import type { KyselyPage } from '../../drivers/kysely.ts';

/** A count, a maximum and a group for each of a list. */
export const aggregates: KyselyPage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'express',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const living = await db.selectFrom('person').selectAll().where('city_id', '=', n).execute();
    const people = truth.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      await db
        .selectFrom('comment')
        .select(({ fn }) => [fn.countAll<number>().as('n'), fn.max('id').as('newest')])
        .where('person_id', '=', id)
        .executeTakeFirstOrThrow();
      truth.follow(people, 'person.id -> comment.person_id', 1);
      const written = await db
        .selectFrom('article')
        .select(({ fn }) => ['section_id', fn.count<number>('article.id').as('n')])
        .where('author_id', '=', id)
        .groupBy('section_id')
        .orderBy('n', 'desc')
        .orderBy('section_id')
        .execute();
      const groups = truth.follow(people, 'person.id -> article.author_id', written.length);
      for (const { section_id } of written.slice(0, 2)) {
        const inside = await db.selectFrom('section').select('name').where('id', '=', section_id).execute();
        truth.follow(groups, 'article.section_id -> section.id', inside.length);
      }
    }
  },
};
