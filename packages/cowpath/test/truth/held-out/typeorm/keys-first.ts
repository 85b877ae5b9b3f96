import { Comment } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

/** A list of keys, then each row by its key. */
export const keysFirst: TypeOrmPage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const keys = await db
      .getRepository(Comment)
      .find({ select: { id: true }, where: { personId: n }, order: { body: 'ASC' }, take: 10 });
    const found = truth.query('comment', ['person_id'], keys.length);
    await Promise.all(
      keys.map(async ({ id }) => {
        const comment = await db.getRepository(Comment).findOneByOrFail({ id });
        const comments = truth.follow(found, 'comment.id -> comment.id', 1);
        await comment.article;
        truth.follow(comments, 'comment.article_id -> article.id', 1);
      }),
    );
  },
};
