import type { PrismaPage } from '../../drivers/prisma.ts';

/** A count, a maximum and a group for each of a list. */
export const aggregates: PrismaPage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'express',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const living = await db.person.findMany({ where: { cityId: n } });
    const people = truth.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      await db.comment.aggregate({ where: { personId: id }, _count: true, _max: { id: true } });
      truth.follow(people, 'person.id -> comment.person_id', 1);
      await db.comment.count({ where: { personId: id } });
      truth.follow(people, 'person.id -> comment.person_id', 1);
      const written = await db.article.groupBy({
        by: ['sectionId'],
        where: { authorId: id },
        _count: true,
        orderBy: [{ _count: { id: 'desc' } }, { sectionId: 'asc' }],
      });
      const groups = truth.follow(people, 'person.id -> article.author_id', written.length);
      for (const { sectionId } of written.slice(0, 2)) {
        await db.section.findUniqueOrThrow({ where: { id: sectionId }, select: { name: true } });
        truth.follow(groups, 'article.section_id -> section.id', 1);
      }
    }
  },
};
