import type { KyselyPage } from '../../drivers/kysely.ts';

/** Authors joined to articles, their columns under other names; what is followed from each of them. */
export const joined: KyselyPage = {
  shows: 'followed from a joined row',
  root: 'GET /sections/:n/authors',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, _random, n) {
    const listed = await db
      .selectFrom('article')
      .innerJoin('person as author', 'author.id', 'article.author_id')
      .where('article.section_id', '=', n)
      .select(['article.id', 'article.title', 'author.name as author', 'author.city_id as home'])
      .execute();
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const { home } of listed) {
      const at = await db.selectFrom('city').select('name').where('id', '=', home).execute();
      truth.follow(articles, 'person.city_id -> city.id', at.length);
    }
  },
};
