import { Article } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';

/** What a careful program does: one query for all siblings. */
export const inList: MikroOrmPage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, _random, n) {
    const listed = await db.em
      .fork()
      .find(Article, { section: n }, { populate: ['author.city', 'comments'], strategy: 'select-in' });
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    const authors = new Set(listed.map(({ author }) => author.$));
    const people = truth.follow(articles, 'article.author_id -> person.id', authors.size);
    const cities = new Set([...authors].map(({ city }) => city.id));
    truth.follow(people, 'person.city_id -> city.id', cities.size);
    const said = listed.flatMap(({ comments }) => comments.getItems());
    truth.follow(articles, 'article.id -> comment.article_id', said.length);
  },
};
