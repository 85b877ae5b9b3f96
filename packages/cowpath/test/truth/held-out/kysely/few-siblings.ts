import type { KyselyPage } from '../../drivers/kysely.ts';

/** A list of which only the first, or the first two, are looked at closer. */
export const fewSiblings: KyselyPage = {
  shows: 'one or two siblings only',
  root: 'GET /people/:n/said',
  served: 'fastify',
  requests: 25,
  together: 2,
  async run({ db }, truth, _random, n) {
    const said = await db
      .selectFrom('comment')
      .select(['id', 'article_id', 'body'])
      .where('person_id', '=', n)
      .orderBy('id', 'desc')
      .limit(8)
      .execute();
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const comment of said.slice(0, 1 + (n % 2))) {
      const about = await db
        .selectFrom('article')
        .selectAll()
        .where('id', '=', comment.article_id)
        .executeTakeFirstOrThrow();
      const articles = truth.follow(comments, 'comment.article_id -> article.id', 1);
      if (n % 3 > 0) continue;
      await db
        .selectFrom('section')
        .select('name')
        .where('id', '=', about.section_id)
        .executeTakeFirstOrThrow();
      truth.follow(articles, 'article.section_id -> section.id', 1);
    }
  },
};
