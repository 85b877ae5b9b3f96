import { Article } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: Article[] = [];
let featured: TruthStep;

/** A few objects loaded before any request and kept: requests follow some of them. */
export const startUp: ObjectionPage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'fastify',
  requests: 18,
  together: 2,
  async startUp(_site, truth) {
    loaded.push(...(await Article.query().whereRaw('id % 37 = 11').orderBy('id')));
    featured = truth.query('article', ['id'], loaded.length);
  },
  async run(_site, truth, random) {
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await loaded[index]!.$relatedQuery('comments').orderBy('id').withGraphFetched('person');
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.length);
      if (said.length === 0) continue;
      const who = new Set(said.map(({ person_id }) => person_id));
      truth.follow(comments, 'comment.person_id -> person.id', who.size);
    }
  },
};
