import { Comment } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** A list of keys, then each row by its key. */
export const keysFirst: ObjectionPage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run(_site, truth, _random, n) {
    const keys = await Comment.query().select('id').where('person_id', n).orderBy('body').limit(10);
    const found = truth.query('comment', ['person_id'], keys.length);
    for (const { id } of keys) {
      const comment = await Comment.query().findById(id).throwIfNotFound();
      const comments = truth.follow(found, 'comment.id -> comment.id', 1);
      await comment.$relatedQuery('article');
      truth.follow(comments, 'comment.article_id -> article.id', 1);
    }
  },
};
