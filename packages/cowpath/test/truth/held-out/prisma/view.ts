import type { PrismaPage } from '../../drivers/prisma.ts';

/** Rows of a view over two tables: followed from, and followed to. */
export const view: PrismaPage = {
  shows: 'a view',
  root: 'GET /cards',
  served: 'http',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 140);
    const listed = await db.articleCard.findMany({ where: { id: { gte: from, lte: from + 6 } } });
    const cards = truth.query('article_card', ['id'], listed.length);
    for (const { authorId } of listed) {
      const author = await db.person.findUniqueOrThrow({ where: { id: authorId } });
      const authors = truth.follow(cards, 'article_card.author_id -> person.id', 1);
      const more = await db.articleCard.findMany({
        where: { authorId: author.id },
        take: 3,
        select: { title: true },
      });
      truth.follow(authors, 'person.id -> article_card.author_id', more.length);
    }
  },
};
