import assert from 'node:assert/strict';
import type { Entry, EntryCursor } from '../engine/engine.ts';

export function text(value: string): Buffer<ArrayBuffer> {
  return Buffer.from(value);
}

export async function collect(cursor: EntryCursor): Promise<Entry[]> {
  const entries: Entry[] = [];
  try {
    for (let batch = await cursor.next(1_000); batch.length > 0; batch = await cursor.next(1_000))
      entries.push(...batch);
  } finally {
    await cursor.close();
  }
  return entries;
}

export async function rejectsWith(code: string, run: () => Promise<unknown>): Promise<void> {
  await assert.rejects(run, (error: { code?: string }) => {
    assert.equal(error.code, code);
    return true;
  });
}

/** Mulberry32 (T. Ettinger, public domain): numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
