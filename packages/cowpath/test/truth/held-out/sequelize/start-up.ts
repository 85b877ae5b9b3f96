import { col, fn, where } from 'sequelize';
import { Article } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: Article[] = [];
let featured: TruthStep;

/** A few objects loaded before any request and kept: requests follow some of them. */
export const startUp: SequelizePage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'express',
  requests: 18,
  together: 2,
  async startUp(_site, truth) {
    const chosen = where(fn('mod', col('id'), 37), '=', '11');
    loaded.push(...(await Article.findAll({ where: chosen, order: ['id'] })));
    featured = truth.query('article', ['id'], loaded.length);
  },
  async run(_site, truth, random) {
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await loaded[index]!.getComments({ order: ['id'] });
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.length);
      for (const comment of said) {
        await comment.getPerson();
        truth.follow(comments, 'comment.person_id -> person.id', 1);
      }
    }
  },
};
