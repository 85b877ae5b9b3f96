import type { RawPage } from '../../drivers/raw.ts';

/** What a careful program does: one query for all siblings, as an array and as a list. */
export const inList: RawPage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db: pool }, truth, _random, n) {
    const listed = await pool.query('select id, author_id from article where section_id = $1', [n]);
    const articles = truth.query('article', ['section_id'], listed.rows.length);
    if (listed.rows.length === 0) return;
    const authors = await pool.query('select id, city_id from person where id = any($1::int[])', [
      [...new Set(listed.rows.map((row) => row.author_id))],
    ]);
    const people = truth.follow(articles, 'article.author_id -> person.id', authors.rows.length);
    const cities = [...new Set(authors.rows.map((row) => row.city_id))];
    const homes = await pool.query(
      `select name from city where id in (${cities.map((_, i) => `$${i + 1}`).join()})`,
      cities,
    );
    truth.follow(people, 'person.city_id -> city.id', homes.rows.length);
    const said = await pool.query(
      `select id from comment where article_id in (${listed.rows.map((row) => row.id).join()})`,
    );
    truth.follow(articles, 'article.id -> comment.article_id', said.rows.length);
  },
};
