import type { RawPage } from '../../drivers/raw.ts';

/** A list of which only the first, or the first two, are looked at closer. */
export const fewSiblings: RawPage = {
  shows: 'one or two siblings only',
  root: 'GET /people/:n/said',
  served: 'fastify',
  requests: 25,
  together: 2,
  async run({ db: pool }, truth, _random, n) {
    const said = await pool.query(
      'select id, article_id, body from comment where person_id = $1 order by id desc limit 8',
      [n],
    );
    const comments = truth.query('comment', ['person_id'], said.rows.length);
    for (const comment of said.rows.slice(0, 1 + (n % 2))) {
      const about = await pool.query('select id, title, section_id from article where id = $1', [
        comment.article_id,
      ]);
      const articles = truth.follow(comments, 'comment.article_id -> article.id', about.rows.length);
      if (n % 3 > 0) continue;
      const section = await pool.query('select name from section where id = $1', [about.rows[0].section_id]);
      truth.follow(articles, 'article.section_id -> section.id', section.rows.length);
    }
  },
};
