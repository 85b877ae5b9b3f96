import { Article } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

/** What a careful program does: one query for all siblings. */
export const inList: TypeOrmPage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, _random, n) {
    const listed = await db.getRepository(Article).find({
      where: { sectionId: n },
      relations: { author: { city: true }, comments: true },
      relationLoadStrategy: 'query',
    });
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    // A join brings each author once for every article, and each city once for every author.
    const people = truth.follow(articles, 'article.author_id -> person.id', listed.length);
    truth.follow(people, 'person.city_id -> city.id', new Set(listed.map(({ authorId }) => authorId)).size);
    const said = await Promise.all(listed.map(({ comments }) => comments));
    // Once for the comments, once more to learn whose they are.
    truth.follow(articles, 'article.id -> comment.article_id', said.flat().length);
    truth.follow(articles, 'article.id -> comment.article_id', said.flat().length);
  },
};
