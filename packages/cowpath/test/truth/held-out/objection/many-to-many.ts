import { Article } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** Tags of all articles in one graph, and other articles of some tags one by one. */
export const manyToMany: ObjectionPage = {
  shows: 'many-to-many',
  root: 'GET /authors/:n/tags',
  served: 'fastify',
  requests: 20,
  together: 2,
  async run(_site, truth, _random, n) {
    const written = await Article.query().where('author_id', n).withGraphFetched('tags');
    const articles = truth.query('article', ['author_id'], written.length);
    if (written.length === 0) return;
    const tagged = written.flatMap(({ tags }) => tags);
    const tags = truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tagged.length);
    for (const tag of written.flatMap((article) => article.tags.slice(0, 2))) {
      const others = await tag.$relatedQuery('articles').select('title').limit(3);
      truth.follow(tags, 'tag.id -> article_tag.tag_id -> article', others.length);
    }
  },
};
