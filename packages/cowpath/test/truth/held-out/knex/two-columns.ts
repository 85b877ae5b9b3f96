import type { KnexPage } from '../../drivers/knex.ts';

/** Author and editor, both a person, one after the other. */
export const twoColumns: KnexPage = {
  shows: 'two columns referencing one table',
  root: 'proofs of a section',
  served: 'context',
  requests: 30,
  together: 1,
  async run({ db: knex }, truth, _random, n) {
    const listed = await knex('article').where({ section_id: n }).orderBy('id');
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const { author_id, editor_id } of listed) {
      const author = await knex('person').where({ id: author_id }).first('name');
      truth.follow(articles, 'article.author_id -> person.id', author ? 1 : 0);
      const editor = await knex('person').where({ id: editor_id }).first('name');
      truth.follow(articles, 'article.editor_id -> person.id', editor ? 1 : 0);
    }
  },
};
