import type { RawPage } from '../../drivers/raw.ts';

const TEAM = [3, 7, 11, 19];

/** Beside a true follow: another table asked for the same numbers, and people who have nothing to do with the list. */
export const sameIds: RawPage = {
  shows: 'an unrelated query with the same ids',
  root: 'GET /digest/:n',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db: pool }, truth, random, n) {
    const viewer = await pool.query('select id, name from person where id = $1', [random.from(1, 60)]);
    truth.query('person', ['id'], viewer.rows.length);
    const from = random.from(1, 140);
    const listed = await pool.query(
      'select id, title, section_id, author_id, editor_id from article where id between $1 and $2',
      [from, from + 5],
    );
    const articles = truth.query('article', ['id'], listed.rows.length);
    for (const article of listed.rows) {
      const section = await pool.query('select name from section where id = $1', [article.section_id]);
      truth.follow(articles, 'article.section_id -> section.id', section.rows.length);
      const setting = await pool.query('select value from setting where id = $1', [article.section_id]);
      truth.query('setting', ['id'], setting.rows.length);
      const product = await pool.query('select name from product where id = $1', [article.author_id]);
      truth.query('product', ['id'], product.rows.length);
    }
    for (const id of TEAM.slice(0, 2 + (n % 3))) {
      const person = await pool.query('select id, name from person where id = $1', [id]);
      truth.query('person', ['id'], person.rows.length);
    }
  },
};
