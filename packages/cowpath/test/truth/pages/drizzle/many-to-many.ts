import { asc, eq } from 'drizzle-orm';
import { article, articleTag, tag } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Tags from the link table outward, and other articles of those tags back through it. */
export const manyToMany: DrizzlePage = {
  shows: 'many-to-many',
  root: 'GET /authors/:n/tags',
  served: 'express',
  requests: 20,
  together: 2,
  async run({ db }, truth, _random, n) {
    const written = await db.select().from(article).where(eq(article.authorId, n)).orderBy(asc(article.id));
    const articles = truth.query('article', ['author_id'], written.length);
    for (const { id } of written) {
      const tagged = await db
        .select({ id: tag.id, name: tag.name })
        .from(articleTag)
        .innerJoin(tag, eq(tag.id, articleTag.tagId))
        .where(eq(articleTag.articleId, id));
      const tags = truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tagged.length);
      for (const one of tagged.slice(0, 2)) {
        const others = await db
          .select({ title: article.title })
          .from(article)
          .innerJoin(articleTag, eq(articleTag.articleId, article.id))
          .where(eq(articleTag.tagId, one.id))
          .limit(3);
        truth.follow(tags, 'tag.id -> article_tag.tag_id -> article', others.length);
      }
    }
  },
};
