import { Comment } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import { load } from './load.ts';

/** A list of keys, then each row by its key. */
export const keysFirst: MikroOrmPage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const em = db.em.fork();
    const keys = await em.find(
      Comment,
      { person: n },
      { fields: ['id'], orderBy: { body: 'asc' }, limit: 10, disableIdentityMap: true },
    );
    const found = truth.query('comment', ['person_id'], keys.length);
    for (const { id } of keys) {
      const comment = await em.findOneOrFail(Comment, id);
      const comments = truth.follow(found, 'comment.id -> comment.id', 1);
      await load(truth, comments, 'comment.article_id -> article.id', comment.article);
    }
  },
};
