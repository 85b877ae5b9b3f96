import type { KyselyPage } from '../../drivers/kysely.ts';

/** A subtree in one recursive query, its sections followed; threads of comments upward one by one. */
export const recursion: KyselyPage = {
  shows: 'recursion',
  root: 'section tree',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, random) {
    const top = random.from(1, 9);
    const tree = await db
      .withRecursive('tree', (qc) =>
        qc
          .selectFrom('section')
          .select(['section.id', 'section.name'])
          .where('section.id', '=', top)
          .unionAll(
            qc
              .selectFrom('section')
              .innerJoin('tree', 'tree.id', 'section.parent_id')
              .select(['section.id', 'section.name']),
          ),
      )
      .selectFrom('tree')
      .selectAll()
      .execute();
    const sections = truth.query('section', null, tree.length);
    for (const { id } of tree) {
      const inside = await db.selectFrom('article').select('title').where('section_id', '=', id).execute();
      truth.follow(sections, 'section.id -> article.section_id', inside.length);
    }
    const said = await db
      .selectFrom('comment')
      .selectAll()
      .where('person_id', '=', random.from(1, 60))
      .execute();
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const { parent_id } of said) {
      let step = comments;
      let parent = parent_id;
      while (parent !== null) {
        const above = await db
          .selectFrom('comment')
          .selectAll()
          .where('id', '=', parent)
          .executeTakeFirstOrThrow();
        step = truth.follow(step, 'comment.parent_id -> comment.id', 1);
        parent = above.parent_id;
      }
    }
  },
};
