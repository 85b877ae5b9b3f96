import type { KyselyPage } from '../../drivers/kysely.ts';

/** Author and editor, both a person, asked for together. */
export const twoColumns: KyselyPage = {
  shows: 'two columns referencing one table',
  root: 'proofs of a section',
  served: 'context',
  requests: 30,
  together: 1,
  async run({ db }, truth, _random, n) {
    const listed = await db
      .selectFrom('article')
      .selectAll()
      .where('section_id', '=', n)
      .orderBy('id')
      .execute();
    const articles = truth.query('article', ['section_id'], listed.length);
    const person = db.selectFrom('person').selectAll();
    for (const { author_id, editor_id } of listed) {
      const [author, editor] = await Promise.all([
        person.where('id', '=', author_id).execute(),
        person.where('id', '=', editor_id).execute(),
      ]);
      truth.follow(articles, 'article.author_id -> person.id', author.length);
      truth.follow(articles, 'article.editor_id -> person.id', editor.length);
    }
  },
};
