import type { RawPage } from '../../drivers/raw.ts';

/** A list of keys, then each row by its key. */
export const keysFirst: RawPage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db: pool }, truth, _random, n) {
    const keys = await pool.query('select id from comment where person_id = $1 order by body limit 10', [n]);
    const found = truth.query('comment', ['person_id'], keys.rows.length);
    await Promise.all(
      keys.rows.map(async ({ id }) => {
        const row = await pool.query('select * from comment where id = $1', [id]);
        const comments = truth.follow(found, 'comment.id -> comment.id', row.rows.length);
        const article = await pool.query('select title from article where id = $1', [row.rows[0].article_id]);
        truth.follow(comments, 'comment.article_id -> article.id', article.rows.length);
      }),
    );
  },
};
