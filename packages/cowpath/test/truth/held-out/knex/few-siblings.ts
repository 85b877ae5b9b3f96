import type { KnexPage } from '../../drivers/knex.ts';

/** A list of which only the first, or the first two, are looked at closer. */
export const fewSiblings: KnexPage = {
  shows: 'one or two siblings only',
  root: 'GET /people/:n/said',
  served: 'express',
  requests: 25,
  together: 2,
  async run({ db: knex }, truth, _random, n) {
    const said = await knex('comment').where({ person_id: n }).orderBy('id', 'desc').limit(8);
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const { article_id } of said.slice(0, 1 + (n % 2))) {
      const about = await knex('article').where({ id: article_id }).first();
      const articles = truth.follow(comments, 'comment.article_id -> article.id', about ? 1 : 0);
      if (n % 3 > 0) continue;
      const inside = await knex('section').where('id', about!.section_id).pluck('name');
      truth.follow(articles, 'article.section_id -> section.id', inside.length);
    }
  },
};
