import type { KnexPage } from '../../drivers/knex.ts';

/** Sections above, in one recursive query, each followed; threads of comments downward one by one. */
export const recursion: KnexPage = {
  shows: 'recursion',
  root: 'section tree',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db: knex }, truth, random) {
    const path = await knex
      .withRecursive('ancestors', (qb) =>
        qb
          .select('*')
          .from('section')
          .where({ id: random.from(15, 40) })
          .union((up) =>
            up.select('section.*').from('section').join('ancestors', 'ancestors.parent_id', 'section.id'),
          ),
      )
      .select('*')
      .from('ancestors');
    const sections = truth.query('section', null, path.length);
    for (const { id } of path) {
      const inside = await knex('article').where({ section_id: id }).select('title');
      truth.follow(sections, 'section.id -> article.section_id', inside.length);
    }
    const first = await knex('comment').where('article_id', random.from(1, 160)).whereNull('parent_id');
    let step = truth.query('comment', ['article_id', 'parent_id'], first.length);
    let above = first;
    while (above.length > 0) {
      const below = [];
      for (const { id } of above) {
        const replies = await knex('comment').where({ parent_id: id });
        step = truth.follow(step, 'comment.id -> comment.parent_id', replies.length);
        below.push(...replies);
      }
      above = below;
    }
  },
};
