import type { KyselyPage } from '../../drivers/kysely.ts';

/** Tags through a join with the link table, and other articles of those tags back through it. */
export const manyToMany: KyselyPage = {
  shows: 'many-to-many',
  root: 'GET /authors/:n/tags',
  served: 'express',
  requests: 20,
  together: 2,
  async run({ db }, truth, _random, n) {
    const written = await db
      .selectFrom('article')
      .select(['id', 'title'])
      .where('author_id', '=', n)
      .execute();
    const articles = truth.query('article', ['author_id'], written.length);
    for (const { id } of written) {
      const tagged = await db
        .selectFrom('tag')
        .innerJoin('article_tag', 'article_tag.tag_id', 'tag.id')
        .where('article_tag.article_id', '=', id)
        .selectAll('tag')
        .execute();
      const tags = truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tagged.length);
      for (const tag of tagged.slice(0, 2)) {
        const others = await db
          .selectFrom('article_tag')
          .innerJoin('article', 'article.id', 'article_tag.article_id')
          .where('article_tag.tag_id', '=', tag.id)
          .select('article.title')
          .limit(3)
          .execute();
        truth.follow(tags, 'tag.id -> article_tag.tag_id -> article', others.length);
      }
    }
  },
};
