import { raw } from 'objection';
import { Article, Comment, Setting } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: ObjectionPage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run(_site, truth, random, n) {
    await Article.transaction(async (trx) => {
      const listed = await Article.query(trx).where('section_id', n);
      const articles = truth.query('article', ['section_id'], listed.length);
      for (const article of listed) {
        const author = await article.$relatedQuery('author', trx);
        truth.follow(articles, 'article.author_id -> person.id', 1);
        await article.$query(trx).patch({ title: `${article.title} by ${author.name}` });
        const tags = await article.$relatedQuery('tags', trx);
        truth.follow(articles, 'article.id -> article_tag.article_id -> tag', tags.length);
        const id = 1000 * n + Number(article.id);
        await Setting.query(trx).insert({ id, name: 'seen', value: 'yes' });
        await Setting.query(trx).deleteById(id);
      }
      const from = random.from(1, 600);
      const moved = await Comment.query(trx)
        .patch({ body: raw("?? || '!'", 'body') })
        .whereBetween('id', [from, from + 5])
        .returning('*');
      const comments = truth.write('update', 'comment', ['id'], moved.length);
      for (const comment of moved) {
        await comment.$relatedQuery('person', trx);
        truth.follow(comments, 'comment.person_id -> person.id', 1);
      }
    });
  },
};
