import type { EntityManager } from '@mikro-orm/postgresql';
import { Article, Comment, Person } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import type { TruthContext } from '../../truth/truth.ts';
import { load } from './load.ts';

function faces(em: EntityManager, truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const living = await em.find(Person, { city }, { limit: 4 });
    const people = inner.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      const said = await em.find(Comment, { person: id }, { limit: 2 });
      inner.follow(people, 'person.id -> comment.person_id', said.length);
    }
  });
}

/**
 * The same inner context under two others; objects of the outer followed within the inner. The comments
 * come with their people in one join, and the people are followed from there.
 */
export const nestedContexts: MikroOrmPage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'fastify',
  requests: 16,
  together: 2,
  async run({ db }, truth, random, n) {
    const em = db.em.fork();
    const listed = await em.find(Article, { section: n });
    const articles = truth.query('article', ['section_id'], listed.length);
    await truth.nested('header', async (header) => {
      await faces(em, header, random.from(1, 12));
      for (const { id } of listed) {
        const said = await em.find(Comment, { article: id }, { limit: 3, populate: ['person'] });
        const comments = header.follow(articles, 'article.id -> comment.article_id', said.length);
        await header.nested('names', async (names) => {
          for (const comment of said) {
            await load(names, comments, 'person.city_id -> city.id', comment.person.$.city);
          }
        });
      }
    });
    await truth.nested('footer', (footer) => faces(em, footer, random.from(1, 12)));
  },
};
