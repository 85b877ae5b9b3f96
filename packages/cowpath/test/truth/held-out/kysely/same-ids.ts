import type { KyselyPage } from '../../drivers/kysely.ts';

const TEAM = [3, 7, 11, 19];

/** Beside a true follow: another table asked for the same numbers, and people who have nothing to do with the list. */
export const sameIds: KyselyPage = {
  shows: 'an unrelated query with the same ids',
  root: 'GET /digest/:n',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, random, n) {
    const viewer = await db
      .selectFrom('person')
      .selectAll()
      .where('id', '=', random.from(1, 60))
      .executeTakeFirst();
    truth.query('person', ['id'], viewer ? 1 : 0);
    const from = random.from(1, 140);
    const listed = await db
      .selectFrom('article')
      .selectAll()
      .where('id', '>=', from)
      .where('id', '<=', from + 5)
      .execute();
    const articles = truth.query('article', ['id'], listed.length);
    for (const { section_id, author_id } of listed) {
      const inside = await db.selectFrom('section').select('name').where('id', '=', section_id).execute();
      truth.follow(articles, 'article.section_id -> section.id', inside.length);
      const set = await db.selectFrom('setting').select('value').where('id', '=', section_id).execute();
      truth.query('setting', ['id'], set.length);
      const wanted = await db.selectFrom('product').select('name').where('id', '=', author_id).execute();
      truth.query('product', ['id'], wanted.length);
    }
    for (const id of TEAM.slice(0, 2 + (n % 3))) {
      const member = await db.selectFrom('person').select(['id', 'name']).where('id', '=', id).execute();
      truth.query('person', ['id'], member.length);
    }
  },
};
