import { between, eq } from 'drizzle-orm';
import { article, person, product, section, setting } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

const TEAM = [3, 7, 11, 19];

/** Beside a true follow: another table asked for the same numbers, and people who have nothing to do with the list. */
export const sameIds: DrizzlePage = {
  shows: 'an unrelated query with the same ids',
  root: 'GET /digest/:n',
  served: 'fastify',
  requests: 30,
  together: 2,
  async run({ db }, truth, random, n) {
    const viewer = await db
      .select()
      .from(person)
      .where(eq(person.id, random.from(1, 60)));
    truth.query('person', ['id'], viewer.length);
    const from = random.from(1, 140);
    const listed = await db
      .select()
      .from(article)
      .where(between(article.id, from, from + 5));
    const articles = truth.query('article', ['id'], listed.length);
    for (const { sectionId, authorId } of listed) {
      const inside = await db.select({ name: section.name }).from(section).where(eq(section.id, sectionId));
      truth.follow(articles, 'article.section_id -> section.id', inside.length);
      const set = await db.select().from(setting).where(eq(setting.id, sectionId));
      truth.query('setting', ['id'], set.length);
      const wanted = await db.select({ name: product.name }).from(product).where(eq(product.id, authorId));
      truth.query('product', ['id'], wanted.length);
    }
    for (const id of TEAM.slice(0, 2 + (n % 3))) {
      const member = await db.select().from(person).where(eq(person.id, id));
      truth.query('person', ['id'], member.length);
    }
  },
};
