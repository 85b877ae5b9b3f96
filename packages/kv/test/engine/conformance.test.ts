import { describe, expect, test } from 'vitest';
import { conformanceCases, type EnginePlace, engineConformance } from '../../src/conformance/index.ts';
import type { Engine, Entry } from '../../src/engine/engine.ts';
import { openLevelDb } from '../../src/engine/leveldb/leveldb-engine.ts';
import type { LevelDbOptions } from '../../src/engine/leveldb/options.ts';
import { openMemory } from '../../src/engine/memory/memory-engine.ts';
import { newDirectory } from '../support/places.ts';

async function levelDb(options: LevelDbOptions): Promise<EnginePlace> {
  const directory = await newDirectory();
  return { open: () => openLevelDb(directory, options) };
}

for (const reads of ['adaptive', 'sync', 'grouped'] as const) {
  describe(`leveldb, reads ${reads}`, () => {
    engineConformance({ test, place: () => levelDb({ reads }) });
  });
}

describe('leveldb with sync, small groups', () => {
  engineConformance({ test, place: () => levelDb({ sync: true, group_operations_max: 3 }) });
});

describe('memory', () => {
  engineConformance({ test, place: async () => ({ open: async () => openMemory() }) });
});

/** One rule broken at a time: the suite must notice every one. */
const broken: Record<string, (engine: Engine) => Partial<Engine>> = {
  'a deletion that does nothing': () => ({ delete: async () => undefined }),
  'an end that belongs to the range': (engine) => ({
    range: (start, end) => engine.range(start, end && Buffer.concat([end, Buffer.alloc(1)])),
  }),
  'a start that does not': (engine) => ({
    range: (start, end) => engine.range(Buffer.concat([start, Buffer.alloc(1)]), end),
  }),
  'ranges in another order': (engine) => ({
    range: (start, end) => {
      const cursor = engine.range(start, end);
      return { ...bound(cursor), next: async (n) => (await cursor.next(n)).toReversed() };
    },
  }),
  'an empty value taken for none': (engine) => ({
    get: async (key) => {
      const value = await engine.get(key);
      return value?.byteLength === 0 ? undefined : value;
    },
  }),
  'batches larger than asked for': (engine) => ({
    range: (start, end) => {
      const cursor = engine.range(start, end);
      return { ...bound(cursor), next: (n) => cursor.next(n + 1) };
    },
  }),
  'a range that forgets an entry at the end of a batch': (engine) => ({
    range: (start, end) => {
      const cursor = engine.range(start, end);
      return {
        ...bound(cursor),
        next: async (n) => {
          const batch = await cursor.next(n);
          return batch.length > 1 ? (batch.slice(0, -1) as Entry[]) : batch;
        },
      };
    },
  }),
  'a range that reads on (no snapshot)': (engine) => ({
    range: (start, end) => {
      let from: Uint8Array | undefined = start;
      return {
        next: async (n) => {
          if (from === undefined) return [];
          const cursor = engine.range(from, end);
          const batch = await cursor.next(n);
          await cursor.close();
          const last = batch.at(-1);
          from = last && Buffer.concat([last[0], Buffer.alloc(1)]);
          return batch;
        },
        close: async () => {
          from = undefined;
        },
      };
    },
  }),
  'an acknowledgement before the write': (engine) => ({
    put: async (key, value) => {
      const write = (): void => void engine.put(Buffer.from(key), Buffer.from(value)).catch(() => undefined);
      // So late that no machine is too busy to read before.
      setTimeout(write, 2_000).unref();
    },
  }),
  'writes in the wrong order': (engine) => ({
    put: async (key, value) => {
      if (value.byteLength === 4) await new Promise(setImmediate);
      await engine.put(key, value);
    },
  }),
  'no limit on keys': (engine) => ({
    delete: async (key) => (key.byteLength > 65_535 ? undefined : engine.delete(key)),
  }),
  'a text that is not the value': (engine) => ({
    getText: (key) => {
      const value = engine.get(Buffer.from(key));
      return value instanceof Uint8Array ? Buffer.from(value).toString() : undefined;
    },
  }),
  'a text that is kept for too long': (engine) => {
    const kept = new Map<string, ReturnType<NonNullable<Engine['getText']>>>();
    return {
      getText: (key) => {
        if (!kept.has(key)) kept.set(key, engine.getText!(key));
        return kept.get(key);
      },
    };
  },
  'work after close': (engine) => ({ compact: () => engine.compact().catch(() => undefined) }),
};

function bound(cursor: ReturnType<Engine['range']>): ReturnType<Engine['range']> {
  return { next: (n) => cursor.next(n), close: () => cursor.close() };
}

describe('the suite notices', () => {
  for (const [what, breakage] of Object.entries(broken)) {
    test(what, async () => {
      const failed: string[] = [];
      for (const { name, run } of conformanceCases) {
        const place = await levelDb({});
        const open = async (): Promise<Engine> => {
          const engine = await place.open();
          const wrong = breakage(engine);
          return new Proxy(engine, {
            get: (target, property) => {
              const own =
                (wrong as Record<PropertyKey, unknown>)[property] ?? Reflect.get(target, property, target);
              return typeof own === 'function' ? own.bind(target) : own;
            },
          });
        };
        await run({ open }).catch(() => failed.push(name));
      }
      expect(failed).not.toEqual([]);
    });
  }
});
