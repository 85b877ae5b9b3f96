import { Article, Person } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';
import type { TruthContext } from '../../truth/truth.ts';

function faces(truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const living = await Person.findAll({ attributes: ['id'], where: { city_id: city }, limit: 4 });
    const people = inner.query('person', ['city_id'], living.length);
    for (const person of living) {
      const said = await person.getComments({ limit: 2 });
      inner.follow(people, 'person.id -> comment.person_id', said.length);
    }
  });
}

/** The same inner context under two others; objects of the outer followed within the inner. */
export const nestedContexts: SequelizePage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'fastify',
  requests: 16,
  together: 2,
  async run(_site, truth, random, n) {
    const listed = await Article.findAll({ where: { section_id: n } });
    const articles = truth.query('article', ['section_id'], listed.length);
    await truth.nested('header', async (header) => {
      await faces(header, random.from(1, 12));
      await Promise.all(
        listed.map(async (article) => {
          const said = await article.getComments({ limit: 3 });
          const comments = header.follow(articles, 'article.id -> comment.article_id', said.length);
          await header.nested('names', async (names) => {
            for (const comment of said) {
              await comment.getPerson();
              names.follow(comments, 'comment.person_id -> person.id', 1);
            }
          });
        }),
      );
    });
    await truth.nested('footer', (footer) => faces(footer, random.from(1, 12)));
  },
};
