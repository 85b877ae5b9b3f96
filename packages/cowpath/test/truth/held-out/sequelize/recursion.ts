import { QueryTypes } from 'sequelize';
import { Comment, Section } from '../../database/sequelize.ts';
import type { SequelizePage } from '../../drivers/sequelize.ts';

const TREE = `
  with recursive tree as (
    select id, name, parent_id from section where id = :top
    union all
    select child.id, child.name, child.parent_id from section child join tree on child.parent_id = tree.id
  )
  select * from tree`;

/** A subtree in one recursive query, for which Sequelize has no words of its own; threads of comments upward. */
export const recursion: SequelizePage = {
  shows: 'recursion',
  root: 'section tree',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db: sequelize }, truth, random) {
    const tree = await sequelize.query(TREE, {
      type: QueryTypes.SELECT,
      model: Section,
      mapToModel: true,
      replacements: { top: random.from(1, 9) },
    });
    const sections = truth.query('section', null, tree.length);
    for (const section of tree) {
      const inside = await section.getArticles();
      truth.follow(sections, 'section.id -> article.section_id', inside.length);
    }
    const said = await Comment.findAll({ where: { person_id: random.from(1, 60) } });
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const one of said) {
      let step = comments;
      let comment = one;
      while (comment.parent_id !== null) {
        comment = await comment.getParent();
        step = truth.follow(step, 'comment.parent_id -> comment.id', 1);
      }
    }
  },
};
