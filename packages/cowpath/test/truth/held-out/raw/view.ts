import type { RawPage } from '../../drivers/raw.ts';

/** Rows of a view over two tables: followed from, and followed to. */
export const view: RawPage = {
  shows: 'a view',
  root: 'GET /cards',
  served: 'http',
  requests: 15,
  together: 2,
  async run({ db: pool }, truth, random) {
    const from = random.from(1, 140);
    const listed = await pool.query(
      'select id, title, author_id, section_name from article_card where id between $1 and $2',
      [from, from + 6],
    );
    const cards = truth.query('article_card', ['id'], listed.rows.length);
    for (const card of listed.rows) {
      const author = await pool.query('select id, name from person where id = $1', [card.author_id]);
      const authors = truth.follow(cards, 'article_card.author_id -> person.id', author.rows.length);
      const more = await pool.query('select title from article_card where author_id = $1 limit 3', [
        author.rows[0].id,
      ]);
      truth.follow(authors, 'person.id -> article_card.author_id', more.rows.length);
    }
  },
};
