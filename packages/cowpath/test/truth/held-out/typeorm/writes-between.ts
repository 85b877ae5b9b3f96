import { Between } from 'typeorm';
import { Article, ArticleTag, Comment, Person, Setting } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: TypeOrmPage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run({ db }, truth, random, n) {
    await db.transaction(async (manager) => {
      const listed = await manager.findBy(Article, { sectionId: n });
      const articles = truth.query('article', ['section_id'], listed.length);
      for (const article of listed) {
        const author = await article.author;
        truth.follow(articles, 'article.author_id -> person.id', 1);
        article.title = `${article.title} by ${author.name}`;
        // It reads the row again, to learn what has changed.
        await manager.save(Article, article);
        truth.follow(articles, 'article.id -> article.id', 1);
        const tags = await manager.findBy(ArticleTag, { articleId: article.id });
        truth.follow(articles, 'article.id -> article_tag.article_id', tags.length);
        const id = 1000 * n + Number(article.id);
        await manager.insert(Setting, { id, name: 'seen', value: 'yes' });
        await manager.delete(Setting, { id });
      }
      const from = random.from(1, 600);
      const moved = await manager
        .createQueryBuilder()
        .update(Comment)
        .set({ body: () => "body || '!'" })
        .where({ id: Between(String(from), String(from + 5)) })
        .returning(['id', 'personId'])
        .execute();
      const rows = moved.raw as { person_id: number }[];
      const comments = truth.write('update', 'comment', ['id'], rows.length);
      for (const { person_id } of rows) {
        await manager.findOneByOrFail(Person, { id: person_id });
        truth.follow(comments, 'comment.person_id -> person.id', 1);
      }
    });
  },
};
