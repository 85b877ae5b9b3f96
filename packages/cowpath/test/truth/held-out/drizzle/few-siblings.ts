import { desc, eq } from 'drizzle-orm';
import { article, comment, section } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** A list of which only the first, or the first two, are looked at closer. */
export const fewSiblings: DrizzlePage = {
  shows: 'one or two siblings only',
  root: 'GET /people/:n/said',
  served: 'express',
  requests: 25,
  together: 2,
  async run({ db }, truth, _random, n) {
    const said = await db
      .select()
      .from(comment)
      .where(eq(comment.personId, n))
      .orderBy(desc(comment.id))
      .limit(8);
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const { articleId } of said.slice(0, 1 + (n % 2))) {
      const about = await db.select().from(article).where(eq(article.id, articleId));
      const articles = truth.follow(comments, 'comment.article_id -> article.id', about.length);
      if (n % 3 > 0) continue;
      const inside = await db
        .select({ name: section.name })
        .from(section)
        .where(eq(section.id, about[0]!.sectionId));
      truth.follow(articles, 'article.section_id -> section.id', inside.length);
    }
  },
};
