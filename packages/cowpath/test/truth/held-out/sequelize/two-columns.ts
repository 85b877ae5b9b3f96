import { Article } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** Author and editor, both a person, one after the other. */
export const twoColumns: SequelizePage = {
  shows: 'two columns referencing one table',
  root: 'proofs of a section',
  served: 'context',
  requests: 30,
  together: 1,
  async run(_site, truth, _random, n) {
    const listed = await Article.findAll({ where: { section_id: n }, order: ['id'] });
    const articles = truth.query('article', ['section_id'], listed.length);
    for (const article of listed) {
      await article.getAuthor();
      truth.follow(articles, 'article.author_id -> person.id', 1);
      await article.getEditor();
      truth.follow(articles, 'article.editor_id -> person.id', 1);
    }
  },
};
