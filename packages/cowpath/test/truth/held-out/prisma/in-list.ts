import type { PrismaPage } from '../../drivers/prisma.ts';

/** What a careful program does: one query for all siblings. */
export const inList: PrismaPage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, _random, n) {
    const listed = await db.article.findMany({
      where: { sectionId: n },
      include: { author: { include: { city: true } }, comments: true },
    });
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    const authors = new Set(listed.map(({ authorId }) => authorId));
    const people = truth.follow(articles, 'article.author_id -> person.id', authors.size);
    const cities = new Set(listed.map(({ author }) => author.cityId));
    truth.follow(people, 'person.city_id -> city.id', cities.size);
    const said = listed.flatMap(({ comments }) => comments);
    truth.follow(articles, 'article.id -> comment.article_id', said.length);
  },
};
