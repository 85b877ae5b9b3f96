import type { KnexPage } from '../../drivers/knex.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: { id: string }[] = [];
let featured: TruthStep;

/** A few objects loaded before any request and kept: requests follow some of them. */
export const startUp: KnexPage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'express',
  requests: 18,
  together: 2,
  async startUp({ db: knex }, truth) {
    loaded.push(
      ...(await knex('article').whereRaw('id % ? = ?', [37, 11]).select('id', 'title').orderBy('id')),
    );
    featured = truth.query('article', ['id'], loaded.length);
  },
  async run({ db: knex }, truth, random) {
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await knex('comment').where({ article_id: loaded[index]!.id }).orderBy('id');
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.length);
      for (const { person_id } of said) {
        const people = await knex('person').where({ id: person_id }).select('name');
        truth.follow(comments, 'comment.person_id -> person.id', people.length);
      }
    }
  },
};
