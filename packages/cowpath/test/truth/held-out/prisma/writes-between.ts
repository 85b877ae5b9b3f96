import type { PrismaPage } from '../../drivers/prisma.ts';

/** Updates, inserts and deletes between the reads of a loop; the rows that an update returns are followed too. */
export const writesBetween: PrismaPage = {
  shows: 'writes in between',
  root: 'publish a section',
  served: 'context',
  requests: 20,
  together: 1,
  async run({ db }, truth, random, n) {
    await db.$transaction(
      async (tx) => {
        const listed = await tx.article.findMany({ where: { sectionId: n } });
        const articles = truth.query('article', ['section_id'], listed.length);
        for (const article of listed) {
          const author = await tx.person.findUniqueOrThrow({ where: { id: article.authorId } });
          truth.follow(articles, 'article.author_id -> person.id', 1);
          await tx.article.update({
            where: { id: article.id },
            data: { title: `${article.title} by ${author.name}` },
          });
          const tags = await tx.articleTag.findMany({ where: { articleId: article.id } });
          truth.follow(articles, 'article.id -> article_tag.article_id', tags.length);
          const id = 1000 * n + Number(article.id);
          await tx.setting.create({ data: { id, name: 'seen', value: 'yes' } });
          await tx.setting.delete({ where: { id } });
        }
        const from = random.from(1, 600);
        const moved = await tx.comment.updateManyAndReturn({
          where: { id: { gte: from, lte: from + 5 } },
          data: { body: 'moved' },
          select: { id: true, personId: true },
        });
        const comments = truth.write('update', 'comment', ['id'], moved.length);
        for (const { personId } of moved) {
          await tx.person.findUniqueOrThrow({ where: { id: personId } });
          truth.follow(comments, 'comment.person_id -> person.id', 1);
        }
      },
      // A busy machine may take longer than Prisma's own five seconds.
      { maxWait: 60_000, timeout: 120_000 },
    );
  },
};
