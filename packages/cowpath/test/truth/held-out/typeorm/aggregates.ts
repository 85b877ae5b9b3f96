import { Article, Comment, Person, Section } from '../../database/typeorm.ts';
import type { TypeOrmPage } from '../../drivers/typeorm.ts';

/** A count, a maximum and a group for each of a list. */
export const aggregates: TypeOrmPage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'express',
  requests: 12,
  together: 2,
  async run({ db }, truth, _random, n) {
    const living = await db.getRepository(Person).findBy({ cityId: n });
    const people = truth.query('person', ['city_id'], living.length);
    for (const { id } of living) {
      await db
        .getRepository(Comment)
        .createQueryBuilder('comment')
        .select('COUNT(*)', 'n')
        .addSelect('MAX(comment.id)', 'newest')
        .where('comment.personId = :id', { id })
        .getRawOne();
      truth.follow(people, 'person.id -> comment.person_id', 1);
      await db.getRepository(Comment).countBy({ personId: id });
      truth.follow(people, 'person.id -> comment.person_id', 1);
      const written = await db
        .getRepository(Article)
        .createQueryBuilder('article')
        .select('article.sectionId', 'sectionId')
        .addSelect('COUNT(*)', 'n')
        .where('article.authorId = :id', { id })
        .groupBy('article.sectionId')
        .orderBy('n', 'DESC')
        .addOrderBy('article.sectionId')
        .getRawMany<{ sectionId: number }>();
      const groups = truth.follow(people, 'person.id -> article.author_id', written.length);
      for (const { sectionId } of written.slice(0, 2)) {
        await db.getRepository(Section).findOneByOrFail({ id: sectionId });
        truth.follow(groups, 'article.section_id -> section.id', 1);
      }
    }
  },
};
