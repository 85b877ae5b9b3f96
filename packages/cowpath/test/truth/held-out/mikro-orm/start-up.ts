import { sql } from '@mikro-orm/postgresql';
import { Article, Comment } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import type { TruthStep } from '../../truth/truth.ts';
import { load } from './load.ts';

const loaded: { id: number }[] = [];
let featured: TruthStep;

/** A few objects loaded before any request and kept: requests follow some of them, each with an identity map of its own. */
export const startUp: MikroOrmPage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'fastify',
  requests: 18,
  together: 2,
  async startUp({ db }, truth) {
    const some = await db.em.fork().find(Article, { [sql`id % 37`]: 11 }, { orderBy: { id: 'asc' } });
    featured = truth.query('article', ['id'], some.length);
    loaded.push(...some);
  },
  async run({ db }, truth, random) {
    const em = db.em.fork();
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await em.find(Comment, { article: loaded[index]!.id });
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.length);
      for (const comment of said)
        await load(truth, comments, 'comment.person_id -> person.id', comment.person);
    }
  },
};
