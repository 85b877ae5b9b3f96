import type { Knex } from 'knex';
import type { KnexPage } from '../../drivers/knex.ts';
import type { TruthContext } from '../../truth/truth.ts';

function faces(knex: Knex, truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const ids = await knex('person').where({ city_id: city }).limit(4).pluck('id');
    const people = inner.query('person', ['city_id'], ids.length);
    for (const id of ids) {
      const said = await knex('comment').where({ person_id: id }).limit(2).select('id', 'body');
      inner.follow(people, 'person.id -> comment.person_id', said.length);
    }
  });
}

/** The same inner context under two others; objects of the outer followed within the inner. */
export const nestedContexts: KnexPage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'fastify',
  requests: 16,
  together: 2,
  async run({ db: knex }, truth, random, n) {
    const listed = await knex('article').where({ section_id: n }).select('id', 'title');
    const articles = truth.query('article', ['section_id'], listed.length);
    await truth.nested('header', async (header) => {
      await faces(knex, header, random.from(1, 12));
      for (const { id } of listed) {
        const said = await knex('comment').where({ article_id: id }).limit(3);
        const comments = header.follow(articles, 'article.id -> comment.article_id', said.length);
        await header.nested('names', async (names) => {
          for (const { person_id } of said) {
            const who = await knex('person').where({ id: person_id }).pluck('name');
            names.follow(comments, 'comment.person_id -> person.id', who.length);
          }
        });
      }
    });
    await truth.nested('footer', (footer) => faces(knex, footer, random.from(1, 12)));
  },
};
