import { col, fn } from 'sequelize';
import { Article, Comment, Person, Section } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

/** A count, a maximum and a group for each of a list. */
export const aggregates: SequelizePage = {
  shows: 'aggregates per parent',
  root: 'GET /cities/:n/people',
  served: 'fastify',
  requests: 12,
  together: 2,
  async run(_site, truth, _random, n) {
    const living = await Person.findAll({ where: { city_id: n } });
    const people = truth.query('person', ['city_id'], living.length);
    for (const person of living) {
      await person.countComments();
      truth.follow(people, 'person.id -> comment.person_id', 1);
      await Comment.max('id', { where: { person_id: person.id } });
      truth.follow(people, 'person.id -> comment.person_id', 1);
      const written = await Article.findAll({
        attributes: ['section_id', [fn('count', col('id')), 'n']],
        where: { author_id: person.id },
        group: ['section_id'],
        order: [
          [col('n'), 'DESC'],
          ['section_id', 'ASC'],
        ],
      });
      const groups = truth.follow(people, 'person.id -> article.author_id', written.length);
      for (const { section_id } of written.slice(0, 2)) {
        await Section.findByPk(section_id);
        truth.follow(groups, 'article.section_id -> section.id', 1);
      }
    }
  },
};
