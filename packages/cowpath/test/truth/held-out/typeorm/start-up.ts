import { Raw } from 'typeorm';
import { Article, Comment } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: Article[] = [];
let featured: TruthStep;

/**
 * A few objects loaded before any request and kept: requests follow some of them. By a query, since a lazy
 * relation of an object that is kept would be loaded once for all.
 */
export const startUp: TypeOrmPage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'fastify',
  requests: 18,
  together: 2,
  async startUp({ db }, truth) {
    const some = await db
      .getRepository(Article)
      .find({ where: { id: Raw((id) => `${id} % 37 = 11`) }, order: { id: 'ASC' } });
    featured = truth.query('article', ['id'], some.length);
    loaded.push(...some);
  },
  async run({ db }, truth, random) {
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await db.getRepository(Comment).findBy({ articleId: loaded[index]!.id });
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.length);
      for (const comment of said) {
        await comment.person;
        truth.follow(comments, 'comment.person_id -> person.id', 1);
      }
    }
  },
};
