import type { Kysely } from 'kysely';
import type { Database } from '../../database/kysely.ts';
import type { KyselyPage } from '../../drivers/kysely.ts';
import type { TruthContext } from '../../truth/truth.ts';

function faces(db: Kysely<Database>, truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const living = await db.selectFrom('person').select('id').where('city_id', '=', city).limit(4).execute();
    const people = inner.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      const said = await db
        .selectFrom('comment')
        .select(['id', 'body'])
        .where('person_id', '=', id)
        .limit(2)
        .execute();
      inner.follow(people, 'person.id -> comment.person_id', said.length);
    }
  });
}

/** The same inner context under two others; objects of the outer followed within the inner. */
export const nestedContexts: KyselyPage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'fastify',
  requests: 16,
  together: 2,
  async run({ db }, truth, random, n) {
    const listed = await db
      .selectFrom('article')
      .select(['id', 'title'])
      .where('section_id', '=', n)
      .execute();
    const articles = truth.query('article', ['section_id'], listed.length);
    await truth.nested('header', async (header) => {
      await faces(db, header, random.from(1, 12));
      await Promise.all(
        listed.map(async ({ id }) => {
          const said = await db
            .selectFrom('comment')
            .select(['id', 'person_id'])
            .where('article_id', '=', id)
            .limit(3)
            .execute();
          const comments = header.follow(articles, 'article.id -> comment.article_id', said.length);
          await header.nested('names', async (names) => {
            for (const { person_id } of said) {
              const who = await db.selectFrom('person').select('name').where('id', '=', person_id).execute();
              names.follow(comments, 'comment.person_id -> person.id', who.length);
            }
          });
        }),
      );
    });
    await truth.nested('footer', (footer) => faces(db, footer, random.from(1, 12)));
  },
};
