import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessOf } from '../../src/drivers/pg/access.ts';
import type { Recorder } from '../../src/recorder/recorder.ts';
import { prepare, startSession } from '../../src/recorder/session.ts';
import { start, temporary } from '../recorded.ts';
import { startWorld, trailsIn, type World } from '../starts/world.ts';

/** A program that ends before the catalog was read: nothing of it may move while that is made good. */

const PROGRAM = join(import.meta.dirname, 'ends-at-once.mjs');
/** A timer of the program's that keeps nothing alive, and how long the catalog cannot be read: well beyond it. */
const TIMER_MS = 700;
const LOCKED_MS = 1_400;

let world: World;
let place: ReturnType<typeof temporary>;
beforeAll(async () => {
  world = await startWorld();
  await onceConnected((client) =>
    client.query('create table shelf (id int primary key); create view shelves as select id from shelf'),
  );
});
afterAll(() => world.stop());
beforeEach(() => {
  place = temporary();
});
afterEach(() => place.remove());

async function onceConnected<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(world.url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe.each([
  ['comes to its end', 0],
  ['exits', 3],
  ['throws', 1],
])('a program that %s', (how, code) => {
  test('is not held up, and its trails follow the declared references', async () => {
    const args = [PROGRAM, how, String(TIMER_MS)];
    const env = { DATABASE_URL: world.url, COWPATH_DIR: place.folder };
    const bare = await start({ args, env }).ended;
    expect(bare).toMatchObject({ code, stdout: `queried\nends with ${code}\n` });
    const recorded = await onceConnected(async (client) => {
      // What the view is defined as cannot be read meanwhile; the program does not use it.
      await client.query('begin; lock table shelf in access exclusive mode');
      const running = start({ args, env, record: true });
      await running.printed('queried');
      await sleep(LOCKED_MS);
      await client.query('rollback');
      return running.ended;
    });
    expect(recorded).toEqual(bare);
    expect(trailsIn(place.folder)).toEqual({
      '(start-up)': ['book: 1 queries', 'book.author_id -> author.id: 5 queries'],
    });
  });
});

describe('the catalog', () => {
  test('is the same, read with the program at rest or in its turn', async () => {
    await recording(async (recorder, client) => {
      const { access } = accessOf(recorder, client)!;
      const inTurn = await access.readCatalog();
      const moved = { ever: false };
      setImmediate(() => {
        moved.ever = true;
      });
      const now = access.readCatalogNow(60_000);
      expect(moved.ever).toBe(false);
      expect([...inTurn.tables.values()].map(({ name }) => name).sort()).toEqual([
        'author',
        'book',
        'shelf',
        'shelves',
      ]);
      expect([...now!.tables]).toEqual([...inTurn.tables]);
    });
  });

  test('that cannot be read in time, or not at all, is done without', async () => {
    await recording(async (recorder, client) => {
      expect(accessOf(recorder, client)!.access.readCatalogNow(0)).toBeNull();
      const stranger = Object.create(client, { user: { value: 'nobody' } });
      const { access } = accessOf(recorder, stranger)!;
      expect(() => access.readCatalogNow(60_000)).toThrow(/nobody/);
    });
  });

  /** Records in this process, with a client of its own. */
  async function recording(work: (recorder: Recorder, client: pg.Client) => Promise<void>): Promise<void> {
    const session = startSession({ COWPATH_DIR: place.folder });
    await prepare(session);
    try {
      await onceConnected((client) => work(session.recorder, client));
    } finally {
      await session.stop();
    }
  }
});
