import type { PrismaPage } from '../../drivers/prisma.ts';

/** A list of which only the first, or the first two, are looked at closer. */
export const fewSiblings: PrismaPage = {
  shows: 'one or two siblings only',
  root: 'GET /people/:n/said',
  served: 'fastify',
  requests: 25,
  together: 2,
  async run({ db }, truth, _random, n) {
    const said = await db.comment.findMany({ where: { personId: n }, orderBy: { id: 'desc' }, take: 8 });
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const { articleId } of said.slice(0, 1 + (n % 2))) {
      const about = await db.article.findUniqueOrThrow({ where: { id: articleId } });
      const articles = truth.follow(comments, 'comment.article_id -> article.id', 1);
      if (n % 3 > 0) continue;
      await db.section.findUniqueOrThrow({ where: { id: about.sectionId }, select: { name: true } });
      truth.follow(articles, 'article.section_id -> section.id', 1);
    }
  },
};
