import { Comment, Section } from '../../database/objection.ts';
import type { ObjectionPage } from '../../drivers/objection.ts';

/** A subtree as a recursive graph, a query a level; threads of comments upward one by one. */
export const recursion: ObjectionPage = {
  shows: 'recursion',
  root: 'section tree',
  served: 'context',
  requests: 12,
  together: 2,
  async run(_site, truth, random) {
    const top = await Section.query()
      .findById(random.from(1, 9))
      .withGraphFetched('children.^')
      .throwIfNotFound();
    let sections = truth.query('section', ['id'], 1);
    for (let level = [top]; level.length > 0; ) {
      level = level.flatMap(({ children }) => children ?? []);
      sections = truth.follow(sections, 'section.id -> section.parent_id', level.length);
    }
    const said = await Comment.query().where('person_id', random.from(1, 60));
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const one of said) {
      let step = comments;
      let comment = one;
      while (comment.parent_id !== null) {
        comment = await comment.$relatedQuery('parent').throwIfNotFound();
        step = truth.follow(step, 'comment.parent_id -> comment.id', 1);
      }
    }
  },
};
