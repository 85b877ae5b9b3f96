import type { KyselyPage } from '../../drivers/kysely.ts';

/** Keys streamed through a cursor, then each row by its key. */
export const keysFirst: KyselyPage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const keys = db
      .selectFrom('comment')
      .select('id')
      .where('person_id', '=', n)
      .orderBy('body')
      .limit(10)
      .stream();
    const ids = [];
    for await (const { id } of keys) ids.push(id);
    const found = truth.query('comment', ['person_id'], ids.length);
    for (const id of ids) {
      const row = await db.selectFrom('comment').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      const comments = truth.follow(found, 'comment.id -> comment.id', 1);
      const about = await db.selectFrom('article').select('title').where('id', '=', row.article_id).execute();
      truth.follow(comments, 'comment.article_id -> article.id', about.length);
    }
  },
};
