import type { KnexPage } from '../../drivers/knex.ts';

/** Keys from a stream, then each row by its key. */
export const keysFirst: KnexPage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db: knex }, truth, _random, n) {
    const ids: string[] = [];
    const keys = knex('comment').select('id').where({ person_id: n }).orderBy('body').limit(10).stream();
    for await (const { id } of keys) ids.push(id);
    const found = truth.query('comment', ['person_id'], ids.length);
    await Promise.all(
      ids.map(async (id) => {
        const row = await knex('comment').where({ id }).first();
        const comments = truth.follow(found, 'comment.id -> comment.id', 1);
        const about = await knex('article').where({ id: row!.article_id }).pluck('title');
        truth.follow(comments, 'comment.article_id -> article.id', about.length);
      }),
    );
  },
};
