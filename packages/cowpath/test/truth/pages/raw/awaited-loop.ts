import type { RawPage } from '../../drivers/raw.ts';

/** A list, its authors one by one, and the author's city by a named statement. */
export const awaitedLoop: RawPage = {
  shows: 'awaited loop',
  root: 'GET /sections/:n/articles',
  served: 'fastify',
  requests: 30,
  together: 1,
  async run({ db: pool }, truth, _random, n) {
    const listed = await pool.query(
      'select id, title, author_id from article where section_id = $1 order by title',
      [n],
    );
    const articles = truth.query('article', ['section_id'], listed.rows.length);
    for (const article of listed.rows) {
      const author = await pool.query('select * from person where id = $1', [article.author_id]);
      const authors = truth.follow(articles, 'article.author_id -> person.id', author.rows.length);
      const city = await pool.query({
        name: 'city by id',
        text: 'select id, name, country_code from city where id = $1',
        values: [author.rows[0].city_id],
      });
      const cities = truth.follow(authors, 'person.city_id -> city.id', city.rows.length);
      const country = await pool.query('select name from country where code = $1', [
        city.rows[0].country_code,
      ]);
      truth.follow(cities, 'city.country_code -> country.code', country.rows.length);
    }
  },
};
