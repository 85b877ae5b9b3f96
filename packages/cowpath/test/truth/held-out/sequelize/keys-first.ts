import { Comment } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** A list of keys, then each row by its key. */
export const keysFirst: SequelizePage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run(_site, truth, _random, n) {
    const keys = await Comment.findAll({
      attributes: ['id'],
      where: { person_id: n },
      order: ['body'],
      limit: 10,
    });
    const found = truth.query('comment', ['person_id'], keys.length);
    await Promise.all(
      keys.map(async ({ id }) => {
        const comment = await Comment.findByPk(id, { rejectOnEmpty: true });
        const comments = truth.follow(found, 'comment.id -> comment.id', 1);
        await comment.getArticle({ attributes: ['title'] });
        truth.follow(comments, 'comment.article_id -> article.id', 1);
      }),
    );
  },
};
