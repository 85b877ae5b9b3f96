import type { PoolClient } from 'pg';
import type { RawPage } from '../../drivers/raw.ts';
import type { TruthContext, TruthStep } from '../../truth/truth.ts';

async function below(client: PoolClient, truth: TruthContext, step: TruthStep, id: number): Promise<number> {
  const { rows } = await client.query('select id, name from section where parent_id = $1 order by name', [
    id,
  ]);
  const children = truth.follow(step, 'section.id -> section.parent_id', rows.length);
  let size = 1;
  for (const child of rows) size += await below(client, truth, children, child.id);
  return size;
}

/** A subtree downward in a transaction, and threads of comments upward to their first. */
export const recursion: RawPage = {
  shows: 'recursion',
  root: 'section tree',
  served: 'context',
  requests: 12,
  together: 2,
  async run({ db: pool }, truth, random) {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const id = random.from(1, 9);
      const top = await client.query('select id, name from section where id = $1', [id]);
      await below(client, truth, truth.query('section', ['id'], top.rows.length), top.rows[0].id);
      await client.query('commit');
    } finally {
      client.release();
    }
    const person = random.from(1, 60);
    const said = await pool.query('select id, body, parent_id from comment where person_id = $1', [person]);
    const comments = truth.query('comment', ['person_id'], said.rows.length);
    for (const comment of said.rows) {
      let step = comments;
      let parent = comment.parent_id;
      while (parent !== null) {
        const above = await pool.query('select id, body, parent_id from comment where id = $1', [parent]);
        step = truth.follow(step, 'comment.parent_id -> comment.id', above.rows.length);
        parent = above.rows[0].parent_id;
      }
    }
  },
};
