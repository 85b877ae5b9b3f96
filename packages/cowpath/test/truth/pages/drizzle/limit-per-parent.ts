import { asc, desc, eq } from 'drizzle-orm';
import { article, comment, person } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Three articles of each person of a city, two comments of each of those, who wrote them. */
export const limitPerParent: DrizzlePage = {
  shows: 'limit per parent',
  root: 'people of a city',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const listed = await db
      .select({ id: person.id, name: person.name })
      .from(person)
      .where(eq(person.cityId, n));
    const people = truth.query('person', ['city_id'], listed.length);
    for (const { id } of listed) {
      const newest = await db
        .select({ id: article.id, title: article.title })
        .from(article)
        .where(eq(article.authorId, id))
        .orderBy(desc(article.publishedOn), asc(article.id))
        .limit(3);
      const articles = truth.follow(people, 'person.id -> article.author_id', newest.length);
      for (const one of newest) {
        const latest = await db
          .select()
          .from(comment)
          .where(eq(comment.articleId, one.id))
          .orderBy(desc(comment.id))
          .limit(2);
        const comments = truth.follow(articles, 'article.id -> comment.article_id', latest.length);
        for (const { personId } of latest) {
          const writer = await db.select({ name: person.name }).from(person).where(eq(person.id, personId));
          truth.follow(comments, 'comment.person_id -> person.id', writer.length);
        }
      }
    }
  },
};
