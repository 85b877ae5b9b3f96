import { Article } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** What a careful program does: a graph, for which Objection asks once a relation. */
export const inList: ObjectionPage = {
  shows: 'a batched in-list',
  root: 'GET /sections/:n/review',
  served: 'express',
  requests: 30,
  together: 2,
  async run(_site, truth, _random, n) {
    const listed = await Article.query().where('section_id', n).withGraphFetched('[author.city, comments]');
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    const authors = new Set(listed.map(({ author_id }) => author_id));
    const people = truth.follow(articles, 'article.author_id -> person.id', authors.size);
    const cities = new Set(listed.map(({ author }) => author.city_id));
    truth.follow(people, 'person.city_id -> city.id', cities.size);
    const said = listed.flatMap(({ comments }) => comments);
    truth.follow(articles, 'article.id -> comment.article_id', said.length);
  },
};
