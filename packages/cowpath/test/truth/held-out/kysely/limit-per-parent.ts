import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { KyselyPage } from '../../drivers/kysely.ts';

/** Three articles of each person of a city, two comments of each of those nested in them as JSON. */
export const limitPerParent: KyselyPage = {
  shows: 'limit per parent',
  root: 'people of a city',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const listed = await db.selectFrom('person').select(['id', 'name']).where('city_id', '=', n).execute();
    const people = truth.query('person', ['city_id'], listed.length);
    for (const { id } of listed) {
      const newest = await db
        .selectFrom('article')
        .select((eb) => [
          'article.id',
          'article.section_id',
          jsonArrayFrom(
            eb
              .selectFrom('comment')
              .select(['comment.id', 'comment.body'])
              .whereRef('comment.article_id', '=', 'article.id')
              .orderBy('comment.id', 'desc')
              .limit(2),
          ).as('comments'),
        ])
        .where('author_id', '=', id)
        .orderBy('published_on', 'desc')
        .orderBy('article.id')
        .limit(3)
        .execute();
      const articles = truth.follow(people, 'person.id -> article.author_id', newest.length);
      for (const { section_id } of newest) {
        const inside = await db.selectFrom('section').select('name').where('id', '=', section_id).execute();
        truth.follow(articles, 'article.section_id -> section.id', inside.length);
      }
    }
  },
};
