import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../src/conformance/index.ts';
import {
  abortMigration,
  isStoreError,
  layouts,
  migrateEngine,
  migrateLayout,
  openStore,
  parseLayout,
  postgres,
  type SqlEngine,
  sqlite,
} from '../src/index.ts';
import { soak, temporaryDirectory } from './support/directory.ts';
import { testLayouts } from './support/layouts.ts';
import { type Server, startPostgres } from './support/postgres.ts';

let server: Server;
let directory: ReturnType<typeof temporaryDirectory>;
let files = 0;

beforeAll(async () => {
  server = await startPostgres();
  directory = temporaryDirectory();
});
afterAll(async () => {
  await server.stop();
  directory[Symbol.dispose]();
});

/** A new, empty place for a store, and engines on it. */
const places: Readonly<Record<string, () => (options?: object) => SqlEngine>> = {
  SQLite: () => {
    const file = directory.file(`${++files}.db`);
    return (options = {}) => sqlite({ file, synchronous: 'normal', ...options });
  },
  Postgres: () => {
    const schema = server.schema();
    return (options = {}) => postgres({ url: server.url, schema, ...options });
  },
};

async function filled(engine: SqlEngine, count: number): Promise<void> {
  const store = await openStore({ engine });
  await store.create('/a/1', { type: 'author', name: 'Ann' });
  await store.write(
    Array.from({ length: count }, (_, i) => ({
      create: `/b/${i}`,
      properties: { type: 'edition', title: `t${i % 7}`, pages: i, authors: [{ $ref: '/a/1' }] },
    })),
  );
}

describe.each(Object.entries(places))('migration on %s', (_name, place) => {
  test.each([1, 2, ...(soak ? [3, 4, 5, 6, 7, 8, 9, 10] : [])])(
    'between all layouts, under a program compared with the model (seed %i)',
    async (seed) => {
      const at = place();
      const engine = at({ layout: testLayouts['by-datatype'] });
      await engine.open();
      const other = at();
      await other.open();
      const counter = { migrations: 0, running: true };
      const program = runProgram(engine, seed, soak ? 600 : 200).finally(() => {
        counter.running = false;
      });
      const migrations = (async () => {
        // Seeds take turns at migrating from the process of the writers and from another one.
        const by = seed % 2 === 0 ? engine : other;
        do {
          for (const layout of Object.values(testLayouts)) {
            await migrateLayout(by, layout, { batch: 3 });
            counter.migrations++;
          }
        } while (counter.running);
      })();
      await Promise.all([program, migrations]);
      expect(counter.migrations).toBeGreaterThanOrEqual(4);
      await engine.close();
      await other.close();
    },
    600_000,
  );

  test('is refused while another one runs, and goes on after an interruption', async () => {
    const at = place();
    const engine = at();
    await filled(engine, 300);
    const other = at();
    await other.open();
    const stop = new Error('interrupted');
    let seen = 0;
    let second: Promise<unknown> | undefined;
    const onProgress = (): void => {
      seen++;
      if (seen === 2) second = migrateLayout(other, testLayouts.existing!).catch((error: unknown) => error);
      if (seen === 8) throw stop;
    };
    await expect(
      migrateLayout(engine, testLayouts.custom!, { batch: 5, batch_ms: 1, onProgress }),
    ).rejects.toBe(stop);
    expect(isStoreError(await second, 'STORE_MIGRATION_RUNNING')).toBe(true);
    const elsewhere = await migrateLayout(other, testLayouts.existing!).catch((error: unknown) => error);
    expect(isStoreError(elsewhere, 'STORE_MIGRATION')).toBe(true);
    const report = await migrateLayout(other, testLayouts.custom!);
    expect(report.things).toBe(301);
    expect(report.queries_compared).toBeGreaterThan(0);
    expect(other.layout).toBe(testLayouts.custom!.text);
    await engine.close();
    await other.close();
  });

  test('of an empty store, again and again, leaves the timers of its process running', async () => {
    const engine = place()();
    await engine.open();
    const fired = { ended: false };
    setTimeout(() => {
      fired.ended = true;
    }, 5);
    for (let i = 0; i < 40 && !fired.ended; i++) {
      await migrateLayout(engine, i % 2 === 0 ? testLayouts.existing! : testLayouts['by-type']!);
    }
    expect(fired.ended).toBe(true);
    await engine.close();
  });

  test('that was begun can be aborted', async () => {
    const engine = place()();
    await filled(engine, 100);
    const before = engine.layout;
    const onProgress = (): void => {
      throw new Error('interrupted');
    };
    await expect(migrateLayout(engine, testLayouts.existing!, { onProgress })).rejects.toThrow('interrupted');
    await abortMigration(engine);
    expect(engine.core.state.migration).toBeNull();
    expect(engine.layout).toBe(before);
    await migrateLayout(engine, testLayouts.existing!);
    await engine.close();
  });

  test('to a projection that the data does not fit changes nothing and names the thing', async () => {
    const engine = place()();
    const store = await openStore({ engine });
    await store.create('/b/1', { type: 'edition', title: ['one', 'two'] });
    const to = parseLayout('edition (title:str) titles');
    const error = await migrateLayout(engine, to).catch((it: unknown) => it);
    expect(isStoreError(error, 'STORE_LAYOUT_SHAPE')).toBe(true);
    expect((error as Error).message).toContain('/b/1');
    await abortMigration(engine);
    expect((await store.get('/b/1'))!.data.title).toEqual(['one', 'two']);
    await store.close();
  });

  test('a store opened with another layout than it has says so', async () => {
    const at = place();
    const engine = at();
    await engine.open();
    await engine.close();
    const error = await at({ layout: layouts.existing() })
      .open()
      .catch((it: unknown) => it);
    expect(isStoreError(error, 'STORE_LAYOUT_MISMATCH')).toBe(true);
  });
});

describe.each([
  ['SQLite', 'Postgres'],
  ['Postgres', 'SQLite'],
] as const)('a move from %s to %s', (from, to) => {
  test('carries over everything that is written meanwhile; the old store then says where it is', async () => {
    const source = places[from]!();
    const target = places[to]!();
    const engine = source({ layout: testLayouts.custom });
    await filled(engine, 200);
    const store = await openStore({ engine });
    const mover = source();
    await mover.open();
    const receiver = target({ receiving: true, layout: testLayouts['by-type'] });
    await receiver.open();
    const early = await target()
      .open()
      .catch((error: unknown) => error);
    expect(isStoreError(early, 'STORE_RECEIVING')).toBe(true);

    const written = new Map<string, number>();
    let fenced = false;
    const writer = (async () => {
      for (let i = 0; !fenced; i++) {
        const key = `/b/${i % 200}`;
        try {
          await store.update(key, [{ action: 'update', name: 'pages', value: 1_000 + i }], { author: 'ann' });
          written.set(key, 1_000 + i);
        } catch (error) {
          if (!isStoreError(error, 'STORE_MOVED')) throw error;
          fenced = true;
        }
        await sleep(3);
      }
    })();
    await migrateEngine(mover, receiver, { batch: 10 });
    await writer;

    const moved = await openStore({ engine: target() });
    expect(await moved.count([])).toBe(201);
    for (const [key, pages] of written) {
      const thing = (await moved.get(key))!;
      expect(thing.data.pages).toBe(pages);
      expect((await moved.get(key, 1))!.data.pages).toBe(Number(key.slice(3)));
    }
    const late = await store.get('/b/1').catch((error: unknown) => error);
    expect(isStoreError(late, 'STORE_MOVED')).toBe(true);
    expect((late as Error).message).toContain(receiver.where);
    expect(receiver.where).not.toContain('password');
    await Promise.all([store.close(), mover.close(), receiver.close(), moved.close()]);
  }, 240_000);
});
