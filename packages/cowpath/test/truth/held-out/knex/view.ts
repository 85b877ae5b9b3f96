import type { KnexPage } from '../../drivers/knex.ts';

/** Rows of a view over two tables: followed from, and followed to. */
export const view: KnexPage = {
  shows: 'a view',
  root: 'GET /cards',
  served: 'http',
  requests: 15,
  together: 2,
  async run({ db: knex }, truth, random) {
    const from = random.from(1, 140);
    const listed = await knex('article_card').whereBetween('id', [from, from + 6]);
    const cards = truth.query('article_card', ['id'], listed.length);
    for (const { author_id } of listed) {
      const author = await knex('person').where({ id: author_id }).first('id', 'name');
      const authors = truth.follow(cards, 'article_card.author_id -> person.id', 1);
      const more = await knex('article_card').where({ author_id: author!.id }).limit(3).pluck('title');
      truth.follow(authors, 'person.id -> article_card.author_id', more.length);
    }
  },
};
