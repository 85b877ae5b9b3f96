import { Person, Section } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** A count and a group for each of a list. */
export const aggregates: ObjectionPage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'express',
  requests: 12,
  together: 2,
  async run(_site, truth, _random, n) {
    const living = await Person.query().where({ city_id: n });
    const people = truth.query('person', ['city_id'], living.length);
    for (const person of living) {
      await person.$relatedQuery('comments').resultSize();
      truth.follow(people, 'person.id -> comment.person_id', 1);
      const written = await person
        .$relatedQuery('articles')
        .select('section_id')
        .count('* as n')
        .groupBy('section_id')
        .orderBy([{ column: 'n', order: 'desc' }, 'section_id']);
      const groups = truth.follow(people, 'person.id -> article.author_id', written.length);
      for (const { section_id } of written.slice(0, 2)) {
        await Section.query().findById(section_id);
        truth.follow(groups, 'article.section_id -> section.id', 1);
      }
    }
  },
};
