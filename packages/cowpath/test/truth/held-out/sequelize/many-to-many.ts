import { Article } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** Tags of each article, and other articles of some of those tags. */
export const manyToMany: SequelizePage = {
  shows: 'many-to-many',
  root: 'GET /authors/:n/tags',
  served: 'express',
  requests: 20,
  together: 2,
  async run(_site, truth, _random, n) {
    const written = await Article.findAll({ where: { author_id: n } });
    const articles = truth.query('article', ['author_id'], written.length);
    for (const article of written) {
      const tagged = await article.getTags();
      const tags = truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tagged.length);
      for (const tag of tagged.slice(0, 2)) {
        const others = await tag.getArticles({ attributes: ['title'], joinTableAttributes: [], limit: 3 });
        truth.follow(tags, 'tag.id -> article_tag.tag_id -> article', others.length);
      }
    }
  },
};
