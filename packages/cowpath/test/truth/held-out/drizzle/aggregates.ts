import { asc, count, desc, eq, max } from 'drizzle-orm';
import { article, comment, person, section } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** A count, a maximum and a group for each of a list. */
export const aggregates: DrizzlePage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const living = await db.select().from(person).where(eq(person.cityId, n));
    const people = truth.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      const said = await db
        .select({ n: count(), newest: max(comment.id) })
        .from(comment)
        .where(eq(comment.personId, id));
      truth.follow(people, 'person.id -> comment.person_id', said.length);
      await db.$count(comment, eq(comment.personId, id));
      truth.follow(people, 'person.id -> comment.person_id', 1);
      const written = await db
        .select({ sectionId: article.sectionId, n: count() })
        .from(article)
        .where(eq(article.authorId, id))
        .groupBy(article.sectionId)
        .orderBy(desc(count()), asc(article.sectionId));
      const groups = truth.follow(people, 'person.id -> article.author_id', written.length);
      for (const { sectionId } of written.slice(0, 2)) {
        const inside = await db.select({ name: section.name }).from(section).where(eq(section.id, sectionId));
        truth.follow(groups, 'article.section_id -> section.id', inside.length);
      }
    }
  },
};
