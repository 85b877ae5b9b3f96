import type { DataSource } from 'typeorm';
import { Article, Comment, Person } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';
import type { TruthContext } from '../../truth/truth.ts';

function faces(db: DataSource, truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const living = await db.getRepository(Person).find({ where: { cityId: city }, take: 4 });
    const people = inner.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      const said = await db.getRepository(Comment).find({ where: { personId: id }, take: 2 });
      inner.follow(people, 'person.id -> comment.person_id', said.length);
    }
  });
}

/**
 * The same inner context under two others; objects of the outer followed within the inner. The comments
 * come with their people in one join, and the people are followed from there.
 */
export const nestedContexts: TypeOrmPage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'fastify',
  requests: 16,
  together: 2,
  async run({ db }, truth, random, n) {
    const listed = await db.getRepository(Article).findBy({ sectionId: n });
    const articles = truth.query('article', ['section_id'], listed.length);
    await truth.nested('header', async (header) => {
      await faces(db, header, random.from(1, 12));
      for (const { id } of listed) {
        const said = await db
          .getRepository(Comment)
          .find({ where: { articleId: id }, relations: { person: true } });
        const comments = header.follow(articles, 'article.id -> comment.article_id', said.length);
        await header.nested('names', async (names) => {
          for (const comment of said) {
            const person = await comment.person;
            await person.city;
            names.follow(comments, 'person.city_id -> city.id', 1);
          }
        });
      }
    });
    await truth.nested('footer', (footer) => faces(db, footer, random.from(1, 12)));
  },
};
