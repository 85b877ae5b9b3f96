import { asc, eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { comment, section } from '../../database/tables.ts';
import type { DrizzlePage } from '../../drivers/drizzle.ts';
import type { TruthContext, TruthStep } from '../../truth/truth.ts';

type Reader = Pick<NodePgDatabase, 'select'>;

async function below(db: Reader, truth: TruthContext, step: TruthStep, id: number): Promise<number> {
  const rows = await db.select().from(section).where(eq(section.parentId, id)).orderBy(asc(section.name));
  const children = truth.follow(step, 'section.id -> section.parent_id', rows.length);
  const sizes = await Promise.all(rows.map((child) => below(db, truth, children, child.id)));
  return sizes.reduce((sum, size) => sum + size, 1);
}

/** A subtree downward in a transaction, siblings together, and threads of comments upward to their first. */
export const recursion: DrizzlePage = {
  shows: 'recursion',
  root: 'section tree',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db }, truth, random) {
    await db.transaction(async (tx) => {
      const top = await tx
        .select()
        .from(section)
        .where(eq(section.id, random.from(1, 9)));
      await below(tx, truth, truth.query('section', ['id'], top.length), top[0]!.id);
    });
    const said = await db
      .select()
      .from(comment)
      .where(eq(comment.personId, random.from(1, 60)));
    const comments = truth.query('comment', ['person_id'], said.length);
    for (const { parentId } of said) {
      let step = comments;
      let parent = parentId;
      while (parent !== null) {
        const above = await db.select().from(comment).where(eq(comment.id, parent));
        step = truth.follow(step, 'comment.parent_id -> comment.id', above.length);
        parent = above[0]!.parentId;
      }
    }
  },
};
