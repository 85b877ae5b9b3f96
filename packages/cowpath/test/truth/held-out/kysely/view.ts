import type { KyselyPage } from '../../drivers/kysely.ts';

/** Rows of a view over two tables: followed from, and followed to. */
export const view: KyselyPage = {
  shows: 'a view',
  root: 'GET /cards',
  served: 'http',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 140);
    const listed = await db
      .selectFrom('article_card')
      .selectAll()
      .where((eb) => eb.between('id', from, from + 6))
      .execute();
    const cards = truth.query('article_card', ['id'], listed.length);
    for (const { author_id } of listed) {
      const author = await db
        .selectFrom('person')
        .select(['id', 'name'])
        .where('id', '=', author_id)
        .executeTakeFirstOrThrow();
      const authors = truth.follow(cards, 'article_card.author_id -> person.id', 1);
      const more = await db
        .selectFrom('article_card as card')
        .select('card.title')
        .where('card.author_id', '=', author.id)
        .limit(3)
        .execute();
      truth.follow(authors, 'person.id -> article_card.author_id', more.length);
    }
  },
};
