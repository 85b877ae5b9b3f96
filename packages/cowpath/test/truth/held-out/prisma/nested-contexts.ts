import type { PrismaClient } from '../../database/prisma/generated/client.ts';
import type { PrismaPage } from '../../drivers/prisma.ts';
import type { TruthContext } from '../../truth/truth.ts';

function faces(db: PrismaClient, truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const living = await db.person.findMany({ where: { cityId: city }, take: 4, select: { id: true } });
    const people = inner.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      const said = await db.comment.findMany({ where: { personId: id }, take: 2 });
      inner.follow(people, 'person.id -> comment.person_id', said.length);
    }
  });
}

/**
 * The same inner context under two others; objects of the outer followed within the inner. The comments
 * come with their people, in a second query, and the people are followed from there.
 */
export const nestedContexts: PrismaPage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'fastify',
  requests: 16,
  together: 2,
  async run({ db }, truth, random, n) {
    const listed = await db.article.findMany({ where: { sectionId: n }, select: { id: true, title: true } });
    const articles = truth.query('article', ['section_id'], listed.length);
    await truth.nested('header', async (header) => {
      await faces(db, header, random.from(1, 12));
      for (const { id } of listed) {
        const said = await db.comment.findMany({
          where: { articleId: id },
          take: 3,
          include: { person: true },
        });
        const comments = header.follow(articles, 'article.id -> comment.article_id', said.length);
        if (said.length === 0) {
          // It asks for the people of no comments too.
          header.query('person', ['id'], 0);
          continue;
        }
        const persons = new Set(said.map(({ personId }) => personId));
        const people = header.follow(comments, 'comment.person_id -> person.id', persons.size);
        await header.nested('names', async (names) => {
          for (const { person } of said) {
            await db.city.findUniqueOrThrow({ where: { id: person.cityId } });
            names.follow(people, 'person.city_id -> city.id', 1);
          }
        });
      }
    });
    await truth.nested('footer', (footer) => faces(db, footer, random.from(1, 12)));
  },
};
