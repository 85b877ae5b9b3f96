import { Article } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** Author and editor, both a person, asked for together. */
export const twoColumns: ObjectionPage = {
  shows: 'two columns referencing one table',
  root: 'proofs of a section',
  served: 'context',
  requests: 30,
  together: 1,
  async run(_site, truth, _random, n) {
    const listed = await Article.query().where('section_id', n).orderBy('id');
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const article of listed) {
      await Promise.all([article.$relatedQuery('author'), article.$relatedQuery('editor')]);
      truth.follow(articles, 'article.author_id -> person.id', 1);
      truth.follow(articles, 'article.editor_id -> person.id', 1);
    }
  },
};

/** The same in a graph: each column's people in one query. */
export const twoColumnsAtOnce: ObjectionPage = {
  shows: 'two columns referencing one table, batched',
  root: 'GET /sections/:n/staff',
  served: 'express',
  requests: 30,
  together: 2,
  async run(_site, truth, _random, n) {
    const listed = await Article.query().where('section_id', n).withGraphFetched('[author, editor]');
    const articles = truth.query('article', ['section_id'], listed.length);
    if (listed.length === 0) return;
    const authors = new Set(listed.map(({ author_id }) => author_id));
    const editors = new Set(listed.map(({ editor_id }) => editor_id));
    truth.follow(articles, 'article.author_id -> person.id', authors.size);
    truth.follow(articles, 'article.editor_id -> person.id', editors.size);
  },
};
