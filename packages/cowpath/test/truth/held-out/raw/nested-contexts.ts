import type pg from 'pg';
import type { RawPage } from '../../drivers/raw.ts';
import type { TruthContext } from '../../truth/truth.ts';

function faces(pool: pg.Pool, truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const { rows } = await pool.query('select id from person where city_id = $1 limit 4', [city]);
    const people = inner.query('person', ['city_id'], rows.length);
    for (const { id } of rows) {
      const said = await pool.query('select id, body from comment where person_id = $1 limit 2', [id]);
      inner.follow(people, 'person.id -> comment.person_id', said.rows.length);
    }
  });
}

/** The same inner context under two others; objects of the outer followed within the inner. */
export const nestedContexts: RawPage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'fastify',
  requests: 16,
  together: 2,
  async run({ db: pool }, truth, random, n) {
    const listed = await pool.query('select id, title, section_id from article where section_id = $1', [n]);
    const articles = truth.query('article', ['section_id'], listed.rows.length);
    await truth.nested('header', async (header) => {
      await faces(pool, header, random.from(1, 12));
      await Promise.all(
        listed.rows.map(async ({ id }) => {
          const said = await pool.query('select id, person_id from comment where article_id = $1 limit 3', [
            id,
          ]);
          const comments = header.follow(articles, 'article.id -> comment.article_id', said.rows.length);
          await header.nested('names', async (names) => {
            for (const comment of said.rows) {
              const person = await pool.query('select name from person where id = $1', [comment.person_id]);
              names.follow(comments, 'comment.person_id -> person.id', person.rows.length);
            }
          });
        }),
      );
    });
    await truth.nested('footer', (footer) => faces(pool, footer, random.from(1, 12)));
  },
};
