import { Comment } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

/** A list of which only the first, or the first two, are looked at closer. */
export const fewSiblings: TypeOrmPage = {
  shows: 'one or two siblings only',
  root: 'GET /people/:n/said',
  served: 'fastify',
  requests: 25,
  together: 2,
  async run({ db }, truth, _random, n) {
    const said = await db
      .getRepository(Comment)
      .find({ where: { personId: n }, order: { id: 'DESC' }, take: 8 });
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const comment of said.slice(0, 1 + (n % 2))) {
      const about = await comment.article;
      const articles = truth.follow(comments, 'comment.article_id -> article.id', 1);
      if (n % 3 > 0) continue;
      await about.section;
      truth.follow(articles, 'article.section_id -> section.id', 1);
    }
  },
};
