import type { KnexPage } from '../../drivers/knex.ts';

/** Tags through a join with the link table, and other articles of those tags back through it. */
export const manyToMany: KnexPage = {
  shows: 'many-to-many',
  root: 'GET /authors/:n/tags',
  served: 'fastify',
  requests: 20,
  together: 2,
  async run({ db: knex }, truth, _random, n) {
    const written = await knex('article').where({ author_id: n }).select('id', 'title');
    const articles = truth.query('article', ['author_id'], written.length);
    for (const { id } of written) {
      const tagged = await knex('tag')
        .join('article_tag', 'tag.id', 'article_tag.tag_id')
        .where('article_tag.article_id', id)
        .select('tag.*');
      const tags = truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tagged.length);
      for (const tag of tagged.slice(0, 2)) {
        const others = await knex('article as a')
          .join('article_tag as at', 'at.article_id', 'a.id')
          .where('at.tag_id', tag.id)
          .select('a.title')
          .limit(3);
        truth.follow(tags, 'tag.id -> article_tag.tag_id -> article', others.length);
      }
    }
  },
};
