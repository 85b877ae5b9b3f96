import { sql } from 'kysely';
import type { KyselyPage } from '../../drivers/kysely.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: { id: number }[] = [];
let featured: TruthStep;

/** A few objects loaded before any request and kept: requests follow some of them. */
export const startUp: KyselyPage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'fastify',
  requests: 18,
  together: 2,
  async startUp({ db }, truth) {
    const some = await db
      .selectFrom('article')
      .select(['id', 'title'])
      .where((eb) => eb(sql`${eb.ref('id')} % 37`, '=', 11))
      .orderBy('id')
      .execute();
    featured = truth.query('article', ['id'], some.length);
    loaded.push(...some);
  },
  async run({ db }, truth, random) {
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await db
        .selectFrom('comment')
        .select(['id', 'person_id'])
        .where('article_id', '=', loaded[index]!.id)
        .orderBy('id')
        .execute();
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.length);
      for (const { person_id } of said) {
        const people = await db.selectFrom('person').select('name').where('id', '=', person_id).execute();
        truth.follow(comments, 'comment.person_id -> person.id', people.length);
      }
    }
  },
};
