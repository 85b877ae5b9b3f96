import type { KyselyPage } from '../../drivers/kysely.ts';

/** What a careful program does: one query for all siblings. */
export const inList: KyselyPage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, _random, n) {
    const listed = await db
      .selectFrom('article')
      .select(['id', 'author_id'])
      .where('section_id', '=', n)
      .execute();
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    const authors = await db
      .selectFrom('person')
      .selectAll()
      .where('id', 'in', [...new Set(listed.map(({ author_id }) => author_id))])
      .execute();
    const people = truth.follow(articles, 'article.author_id -> person.id', authors.length);
    const cities = [...new Set(authors.map(({ city_id }) => city_id))];
    const homes = await db
      .selectFrom('city')
      .select('name')
      .where(({ eb, fn, val }) => eb('id', '=', fn.any(val(cities))))
      .execute();
    truth.follow(people, 'person.city_id -> city.id', homes.length);
    const ids = listed.map(({ id }) => id);
    const said = await db.selectFrom('comment').select('id').where('article_id', 'in', ids).execute();
    truth.follow(articles, 'article.id -> comment.article_id', said.length);
  },
};
