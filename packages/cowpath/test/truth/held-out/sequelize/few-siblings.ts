import { Comment } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** A list of which only the first, or the first two, are looked at closer. */
export const fewSiblings: SequelizePage = {
  shows: 'one or two siblings only',
  root: 'GET /people/:n/said',
  served: 'express',
  requests: 25,
  together: 2,
  async run(_site, truth, _random, n) {
    const said = await Comment.findAll({ where: { person_id: n }, order: [['id', 'DESC']], limit: 8 });
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const comment of said.slice(0, 1 + (n % 2))) {
      const article = await comment.getArticle();
      const articles = truth.follow(comments, 'comment.article_id -> article.id', 1);
      if (n % 3 > 0) continue;
      await article.getSection();
      truth.follow(articles, 'article.section_id -> section.id', 1);
    }
  },
};
