import { between, eq } from 'drizzle-orm';
import { articleCard, person } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';

/** Rows of a view over two tables: followed from, and followed to. */
export const view: DrizzlePage = {
  shows: 'a view',
  root: 'GET /cards',
  served: 'http',
  requests: 15,
  together: 2,
  async run({ db }, truth, random) {
    const from = random.from(1, 140);
    const listed = await db
      .select()
      .from(articleCard)
      .where(between(articleCard.id, from, from + 6));
    const cards = truth.query('article_card', ['id'], listed.length);
    for (const { authorId } of listed) {
      const author = await db.select().from(person).where(eq(person.id, authorId));
      const authors = truth.follow(cards, 'article_card.author_id -> person.id', author.length);
      const more = await db
        .select({ title: articleCard.title })
        .from(articleCard)
        .where(eq(articleCard.authorId, author[0]!.id))
        .limit(3);
      truth.follow(authors, 'person.id -> article_card.author_id', more.length);
    }
  },
};
