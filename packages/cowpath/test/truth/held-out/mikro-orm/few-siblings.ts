import { Comment } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import { load } from './load.ts';

/** A list of which only the first, or the first two, are looked at closer. */
export const fewSiblings: MikroOrmPage = {
  shows: 'one or two siblings only',
  root: 'GET /people/:n/said',
  served: 'fastify',
  requests: 25,
  together: 2,
  async run({ db }, truth, _random, n) {
    const em = db.em.fork();
    const said = await em.find(Comment, { person: n }, { orderBy: { id: 'desc' }, limit: 8 });
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const comment of said.slice(0, 1 + (n % 2))) {
      const about = await load(truth, comments, 'comment.article_id -> article.id', comment.article);
      if (n % 3 > 0) continue;
      await load(truth, about.step, 'article.section_id -> section.id', about.one.section);
    }
  },
};
