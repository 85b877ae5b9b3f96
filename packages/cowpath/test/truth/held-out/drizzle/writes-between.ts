import { between, eq, sql } from 'drizzle-orm';
import { article, articleTag, comment, person, setting } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: DrizzlePage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run({ db }, truth, random, n) {
    await db.transaction(async (tx) => {
      const listed = await tx.select().from(article).where(eq(article.sectionId, n));
      const articles = truth.query('article', ['section_id'], listed.length);
      for (const one of listed) {
        const author = await tx.select().from(person).where(eq(person.id, one.authorId));
        truth.follow(articles, 'article.author_id -> person.id', author.length);
        await tx
          .update(article)
          .set({ title: `${one.title} by ${author[0]!.name}` })
          .where(eq(article.id, one.id));
        const tags = await tx.select().from(articleTag).where(eq(articleTag.articleId, one.id));
        truth.follow(articles, 'article.id -> article_tag.article_id', tags.length);
        const id = 1000 * n + one.id;
        await tx.insert(setting).values({ id, name: 'seen', value: 'yes' });
        await tx.delete(setting).where(eq(setting.id, id));
      }
      const from = random.from(1, 600);
      const moved = await tx
        .update(comment)
        .set({ body: sql`${comment.body} || '!'` })
        .where(between(comment.id, from, from + 5))
        .returning({ id: comment.id, personId: comment.personId });
      const comments = truth.write('update', 'comment', ['id'], moved.length);
      for (const { personId } of moved) {
        const who = await tx.select().from(person).where(eq(person.id, personId));
        truth.follow(comments, 'comment.person_id -> person.id', who.length);
      }
    });
  },
};
