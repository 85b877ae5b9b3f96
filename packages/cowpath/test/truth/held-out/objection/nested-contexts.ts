import { Article, Comment, Person } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';
import type { TruthContext } from '../../truth/truth.ts';

function faces(truth: TruthContext, city: number): Promise<void> {
  return truth.nested('faces', async (inner) => {
    const living = await Person.query().select('id').where({ city_id: city }).limit(4);
    const people = inner.query('person', ['city_id'], living.length);
    for (const person of living) {
      const said = await person.$relatedQuery('comments').select('id', 'body').limit(2);
      inner.follow(people, 'person.id -> comment.person_id', said.length);
    }
  });
}

/** The same inner context under two others; objects of the outer followed within the inner. */
export const nestedContexts: ObjectionPage = {
  shows: 'nested contexts',
  root: 'GET /front/:n',
  served: 'express',
  requests: 16,
  together: 2,
  async run(_site, truth, random, n) {
    const listed = await Article.query().where('section_id', n);
    const articles = truth.query('article', ['section_id'], listed.length);
    await truth.nested('header', async (header) => {
      await faces(header, random.from(1, 12));
      for (const article of listed) {
        const said = await article.$relatedQuery('comments').limit(3);
        const comments = header.follow(articles, 'article.id -> comment.article_id', said.length);
        if (said.length === 0) continue;
        await header.nested('names', async (names) => {
          await Comment.fetchGraph(said, 'person');
          const who = new Set(said.map(({ person_id }) => person_id));
          names.follow(comments, 'comment.person_id -> person.id', who.size);
        });
      }
    });
    await truth.nested('footer', (footer) => faces(footer, random.from(1, 12)));
  },
};
