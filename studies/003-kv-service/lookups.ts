import { randomBytes } from 'node:crypto';
import { ClassicLevel } from 'classic-level';
import { quantile } from '../../bench/kv/statistics.ts';
import { keyOf } from './traffic.ts';

/** A lookup as the store grows. Times in microseconds, the median of single calls. */
export interface LookupRow {
  readonly entries: number;
  readonly tables: number;
  readonly levels: number;
  readonly present_us: number;
  /** Absent, by `get`: the tables' filters are asked first. */
  readonly absent_us: number;
  /** Absent, by seeking an iterator, which does not ask the filters. */
  readonly absent_unfiltered_us: number;
  /** Blocks' worth of time that the filters save: unfiltered over filtered. */
  readonly saved: number;
}

const VALUE_BYTES = 400;
const LOOKUPS = 4_000;

/**
 * Fills a store in random order without letting it rest, and looks keys up at each size. The block cache is as
 * small as LevelDB lets it be, so that a lookup reads its block from the operating system, as a cold one would.
 */
export async function measureLookups(directory: string, sizes: readonly number[]): Promise<LookupRow[]> {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(directory, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    cacheSize: 0,
  });
  await level.open();
  const rows: LookupRow[] = [];
  let filled = 0;
  for (const entries of sizes) {
    for (; filled < entries; filled += 500) await level.batch(batchAt(filled, sizes.at(-1)!));
    const perLevel = Array.from({ length: 7 }, (_, at) =>
      Number(level.getProperty(`leveldb.num-files-at-level${at}`)),
    );
    const present = (): Buffer => Buffer.from(scattered(Math.floor(Math.random() * entries), sizes.at(-1)!));
    const absent = (): Buffer =>
      Buffer.from(`${scattered(Math.floor(Math.random() * entries), sizes.at(-1)!)}x`);
    const absent_us = time(() => level.getSync(absent()));
    const absent_unfiltered_us = await timeSeeks(level, absent);
    rows.push({
      entries,
      tables: perLevel.reduce((sum, count) => sum + count, 0),
      levels: perLevel.filter((count) => count > 0).length,
      present_us: time(() => level.getSync(present())),
      absent_us,
      absent_unfiltered_us,
      saved: absent_unfiltered_us / absent_us,
    });
  }
  await level.close();
  return rows;
}

/** The same keys for every size, in an order that has nothing to do with theirs. */
function scattered(at: number, total: number): string {
  return keyOf((at * 7_919) % total);
}

function batchAt(from: number, total: number): { type: 'put'; key: Uint8Array; value: Uint8Array }[] {
  return Array.from({ length: 500 }, (_, i) => ({
    type: 'put',
    key: Buffer.from(scattered(from + i, total)),
    value: randomBytes(VALUE_BYTES),
  }));
}

function time(lookup: () => unknown): number {
  const times: number[] = [];
  for (let at = 0; at < LOOKUPS; at++) {
    const began = performance.now();
    lookup();
    times.push(performance.now() - began);
  }
  return (
    quantile(
      times.sort((a, b) => a - b),
      0.5,
    ) * 1_000
  );
}

/** `seek` is synchronous in LevelDB's binding: it positions the iterator, reading a block of every level. */
async function timeSeeks(level: ClassicLevel<Uint8Array, Uint8Array>, key: () => Buffer): Promise<number> {
  const iterator = level.iterator();
  try {
    return time(() => iterator.seek(key()));
  } finally {
    await iterator.close();
  }
}
