import { sql } from '@mikro-orm/postgresql';
import { Article, Comment, Person, Section } from '../../database/mikro-orm.ts';
import type { MikroOrmPage } from '../../drivers/mikro-orm.ts';
import { load } from './load.ts';

/** A count, a maximum and a group for each of a list. */
export const aggregates: MikroOrmPage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'express',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const em = db.em.fork();
    const living = await em.find(Person, { city: n });
    const people = truth.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      await em.count(Comment, { person: id });
      truth.follow(people, 'person.id -> comment.person_id', 1);
      await em
        .createQueryBuilder(Comment, 'c')
        .select(sql`max(c.id)`.as('newest'))
        .where({ person: id })
        .execute('get', false);
      truth.follow(people, 'person.id -> comment.person_id', 1);
      const written = await em
        .createQueryBuilder(Article, 'a')
        .select(['a.section', sql`count(*)`.as('n')])
        .where({ author: id })
        .groupBy('a.section')
        .orderBy([{ [sql`count(*)`]: 'desc' }, { section: 'asc' }])
        .execute<{ section_id: number }[]>('all', false);
      const groups = truth.follow(people, 'person.id -> article.author_id', written.length);
      for (const { section_id } of written.slice(0, 2)) {
        const section = em.getReference(Section, section_id, { wrapped: true });
        await load(truth, groups, 'article.section_id -> section.id', section);
      }
    }
  },
};
