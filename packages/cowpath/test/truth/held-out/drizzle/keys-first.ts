import { asc, eq } from 'drizzle-orm';
import { article, comment } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** A list of keys, then each row by its key. */
export const keysFirst: DrizzlePage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const keys = await db
      .select({ id: comment.id })
      .from(comment)
      .where(eq(comment.personId, n))
      .orderBy(asc(comment.body))
      .limit(10);
    const found = truth.query('comment', ['person_id'], keys.length);
    for (const { id } of keys) {
      const [row] = await db.select().from(comment).where(eq(comment.id, id));
      const comments = truth.follow(found, 'comment.id -> comment.id', 1);
      const about = await db
        .select({ title: article.title })
        .from(article)
        .where(eq(article.id, row!.articleId));
      truth.follow(comments, 'comment.article_id -> article.id', about.length);
    }
  },
};
