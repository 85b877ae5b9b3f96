import { join } from 'node:path';
import { readProfile, viewProfile } from '@cowpath/profile';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { succeed, temporary } from '../recorded.ts';
import { startWorld, trailsIn, type World } from '../starts/world.ts';
import { PGBOUNCER, type PgBouncer, startPgBouncer } from './pgbouncer.ts';

const PROGRAM = join(import.meta.dirname, 'shop.mjs');

// Where it is missing: apt-get install pgbouncer.
describe.skipIf(PGBOUNCER === null)('through PgBouncer in transaction mode', () => {
  let world: World;
  let bouncer: PgBouncer;
  beforeAll(async () => {
    world = await startWorld();
    bouncer = await startPgBouncer(world.url, 2);
  });
  afterAll(async () => {
    await bouncer?.stop();
    await world?.stop();
  });

  test.each([
    ['', {}],
    ['with plans', { COWPATH_PLANS: '1' }],
  ])('the answers are the same, the trails right, and nothing is left behind %s', async (_how, more) => {
    const place = temporary();
    try {
      const env = { DATABASE_URL: bouncer.url };
      const bare = await succeed({ args: [PROGRAM], env });
      const recorded = await succeed({
        args: [PROGRAM],
        env: { ...env, ...more, COWPATH_DIR: place.folder },
        record: true,
      });
      expect(recorded).toEqual(bare);
      const trails = trailsIn(place.folder);
      expect(trails['list']).toEqual(['book: 8 queries', 'book.author_id -> author.id: 40 queries']);
      expect(trails['transfer']).toContain('book by id: 6 queries');
      expect(Object.keys(trails).sort()).toEqual(['(background)', 'failing', 'list', 'literals', 'transfer']);
      const { builder } = readProfile(place.folder);
      // The catalog was read through PgBouncer too: no reference had to be guessed.
      expect([...builder.notes.keys()]).toEqual([]);
      const steps = viewProfile(builder).contexts.find(({ path }) => path[0] === 'list')!.trails;
      expect(steps[0]!.children[0]!.reference).toMatchObject({ known_by: 'foreign-key' });
      const plans = viewProfile(builder).contexts.flatMap(({ trails }) =>
        trails.map(({ plan }) => plan !== null),
      );
      expect(plans.includes(true)).toBe('COWPATH_PLANS' in more);
      await expectNothingOpen();
    } finally {
      place.remove();
    }
  });

  /** No connection of the server is in a transaction, or at work. */
  async function expectNothingOpen(): Promise<void> {
    const client = new pg.Client(world.url);
    await client.connect();
    try {
      let states: unknown[] = [];
      const look = async (): Promise<boolean> => {
        const { rows } = await client.query(
          `select state, query from pg_stat_activity
           where backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'`,
        );
        states = rows;
        return rows.length === 0;
      };
      for (let i = 0; i < 100 && !(await look()); i++) await new Promise((done) => setTimeout(done, 50));
      expect(states).toEqual([]);
    } finally {
      await client.end();
    }
  }
});
