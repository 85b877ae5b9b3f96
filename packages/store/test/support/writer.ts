/**
 * A program that writes to a store until it is killed, and says on stdout what was acknowledged: lines of
 * `key revision value`. With `migrate` it also moves the store from layout to layout without end.
 */
import { writeSync } from 'node:fs';
import { Random } from '../../src/conformance/random.ts';
import {
  isStoreError,
  migrateLayout,
  openStore,
  parseLayout,
  postgres,
  type SqlEngine,
  sqlite,
} from '../../src/index.ts';
import { testLayouts } from './layouts.ts';

interface Job {
  readonly file?: string;
  readonly url?: string;
  readonly schema?: string;
  readonly synchronous?: 'full' | 'normal';
  readonly seed: number;
  readonly writers: number;
  readonly migrate: boolean;
}

const job = JSON.parse(process.argv[2]!) as Job;
const open = (): SqlEngine =>
  job.file === undefined
    ? postgres({ url: job.url!, schema: job.schema })
    : sqlite({ file: job.file, synchronous: job.synchronous });

const engine = open();
const store = await openStore({ engine });
writeSync(1, 'open\n');
await Promise.all([
  ...Array.from({ length: job.writers }, (_, i) => write(new Random(job.seed * 100 + i))),
  ...(job.migrate ? [migrate(new Random(job.seed))] : []),
]);

async function write(random: Random): Promise<void> {
  for (;;) {
    const keys = [...new Set(Array.from({ length: 1 + random.below(3) }, () => `/d/${random.below(12)}`))];
    const value = `${job.seed}.${Math.floor(random.next() * 1e9)}`;
    const things = await store.getMany(keys);
    const operations = keys.map((key, i) =>
      things[i] === undefined
        ? {
            create: key,
            properties: {
              type: 'edition',
              title: value,
              pages: [1, 2],
              text: { $text: value.repeat(random.below(200)) },
            },
          }
        : {
            update: key,
            actions: [{ action: 'update', name: 'title', value } as const],
            expectedRevision: things[i].revision,
          },
    );
    try {
      const written = await store.write(operations);
      writeSync(1, `${written.map(({ key, revision }) => `${key} ${revision} ${value}`).join('\n')}\n`);
    } catch (error) {
      if (isStoreError(error, 'STORE_FULL')) {
        writeSync(1, 'full\n');
        process.exit(0);
      }
      if (!isStoreError(error, 'STORE_CONFLICT') && !isStoreError(error, 'STORE_ALREADY_EXISTS')) throw error;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function migrate(random: Random): Promise<void> {
  const { migration } = engine.core.state;
  if (migration?.kind === 'layout') {
    await migrateLayout(engine, parseLayout(migration.to.layout), { batch: 2 });
    writeSync(1, 'resumed\n');
  }
  for (;;) await migrateLayout(engine, random.pick(Object.values(testLayouts)), { batch: 2 });
}
