import { eq, inArray } from 'drizzle-orm';
import { article, city, comment, person } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** What a careful program does: one query for all siblings. */
export const inList: DrizzlePage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'fastify',
  requests: 30,
  together: 2,
  async run({ db }, truth, _random, n) {
    const listed = await db.select().from(article).where(eq(article.sectionId, n));
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    const authorIds = [...new Set(listed.map(({ authorId }) => authorId))];
    const authors = await db.select().from(person).where(inArray(person.id, authorIds));
    const people = truth.follow(articles, 'article.author_id -> person.id', authors.length);
    const cityIds = [...new Set(authors.map(({ cityId }) => cityId))];
    const homes = await db.select({ name: city.name }).from(city).where(inArray(city.id, cityIds));
    truth.follow(people, 'person.city_id -> city.id', homes.length);
    const ids = listed.map(({ id }) => id);
    const said = await db.select({ id: comment.id }).from(comment).where(inArray(comment.articleId, ids));
    truth.follow(articles, 'article.id -> comment.article_id', said.length);
  },
};
