import { eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { article, comment, person } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';
import type { TruthContext } from '../../truth/truth.ts';

function faces(db: NodePgDatabase, truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const living = await db.select({ id: person.id }).from(person).where(eq(person.cityId, city)).limit(4);
    const people = inner.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      const said = await db.select({ id: comment.id }).from(comment).where(eq(comment.personId, id)).limit(2);
      inner.follow(people, 'person.id -> comment.person_id', said.length);
    }
  });
}

/** The same inner context under two others; objects of the outer followed within the inner. */
export const nestedContexts: DrizzlePage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'express',
  requests: 16,
  together: 2,
  async run({ db }, truth, random, n) {
    const listed = await db
      .select({ id: article.id, title: article.title })
      .from(article)
      .where(eq(article.sectionId, n));
    const articles = truth.query('article', ['section_id'], listed.length);
    await truth.nested('header', async (header) => {
      await faces(db, header, random.from(1, 12));
      for (const { id } of listed) {
        const said = await db.select().from(comment).where(eq(comment.articleId, id)).limit(3);
        const comments = header.follow(articles, 'article.id -> comment.article_id', said.length);
        await header.nested('names', async (names) => {
          for (const { personId } of said) {
            const who = await db.select({ name: person.name }).from(person).where(eq(person.id, personId));
            names.follow(comments, 'comment.person_id -> person.id', who.length);
          }
        });
      }
    });
    await truth.nested('footer', (footer) => faces(db, footer, random.from(1, 12)));
  },
};
