import type { PrismaPage } from '../../drivers/prisma.ts';

/** A list of keys, then each row by its key; its article by the fluent API, which reads the row once more. */
export const keysFirst: PrismaPage = {
  shows: 'keys first, then each row',
  root: 'export comments',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const keys = await db.comment.findMany({
      where: { personId: n },
      orderBy: { body: 'asc' },
      take: 10,
      select: { id: true },
    });
    const found = truth.query('comment', ['person_id'], keys.length);
    for (const { id } of keys) {
      await db.comment.findUniqueOrThrow({ where: { id } }).article();
      const comments = truth.follow(found, 'comment.id -> comment.id', 1);
      truth.follow(comments, 'comment.article_id -> article.id', 1);
    }
  },
};
