import type { PrismaPage } from '../../drivers/prisma.ts';

const TEAM = [3, 7, 11, 19];

/** Beside a true follow: another table asked for the same numbers, and people who have nothing to do with the list. */
export const sameIds: PrismaPage = {
  shows: 'an unrelated query with the same ids',
  root: 'GET /digest/:n',
  served: 'express',
  requests: 30,
  together: 2,
  async run({ db }, truth, random, n) {
    await db.person.findUniqueOrThrow({ where: { id: random.from(1, 60) } });
    truth.query('person', ['id'], 1);
    const from = random.from(1, 140);
    const listed = await db.article.findMany({ where: { id: { gte: from, lte: from + 5 } } });
    const articles = truth.query('article', ['id'], listed.length);
    for (const { sectionId, authorId } of listed) {
      await db.section.findUniqueOrThrow({ where: { id: sectionId }, select: { name: true } });
      truth.follow(articles, 'article.section_id -> section.id', 1);
      await db.setting.findUniqueOrThrow({ where: { id: sectionId } });
      truth.query('setting', ['id'], 1);
      const wanted = await db.product.findUnique({ where: { id: authorId }, select: { name: true } });
      truth.query('product', ['id'], wanted === null ? 0 : 1);
    }
    for (const id of TEAM.slice(0, 2 + (n % 3))) {
      await db.person.findUniqueOrThrow({ where: { id } });
      truth.query('person', ['id'], 1);
    }
  },
};
