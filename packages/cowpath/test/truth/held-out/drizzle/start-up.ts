import { asc, eq, sql } from 'drizzle-orm';
import { article, comment, person } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';
import type { TruthStep } from '../../truth/truth.ts';

const loaded: (typeof article.$inferSelect)[] = [];
let featured: TruthStep;

/** A few objects loaded before any request and kept: requests follow some of them. */
export const startUp: DrizzlePage = {
  shows: 'objects loaded at start-up',
  root: 'GET /featured/:n',
  served: 'express',
  requests: 18,
  together: 2,
  async startUp({ db }, truth) {
    loaded.push(
      ...(await db.select().from(article).where(sql`${article.id} % 37 = 11`).orderBy(asc(article.id))),
    );
    featured = truth.query('article', ['id'], loaded.length);
  },
  async run({ db }, truth, random) {
    for (const index of random.some(3, 0, loaded.length - 1)) {
      const said = await db.select().from(comment).where(eq(comment.articleId, loaded[index]!.id));
      const comments = truth.follow(featured, 'article.id -> comment.article_id', said.length);
      for (const { personId } of said) {
        const people = await db.select().from(person).where(eq(person.id, personId));
        truth.follow(comments, 'comment.person_id -> person.id', people.length);
      }
    }
  },
};
