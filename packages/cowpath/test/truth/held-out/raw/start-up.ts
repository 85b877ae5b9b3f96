import type { RawPage } from '../../drivers/raw.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: { id: string }[] = [];
let featured: TruthStep;

/** A few objects loaded before any request and kept: requests follow some of them. */
export const startUp: RawPage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'fastify',
  requests: 18,
  together: 2,
  async startUp({ db: pool }, truth) {
    const some = await pool.query('select id, title from article where id % 37 = 11 order by id');
    featured = truth.query('article', ['id'], some.rows.length);
    loaded.push(...some.rows);
  },
  async run({ db: pool }, truth, random) {
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await pool.query('select id, person_id from comment where article_id = $1 order by id', [
        loaded[index]!.id,
      ]);
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.rows.length);
      for (const { person_id } of said.rows) {
        const people = await pool.query('select name from person where id = $1', [person_id]);
        truth.follow(comments, 'comment.person_id -> person.id', people.rows.length);
      }
    }
  },
};
