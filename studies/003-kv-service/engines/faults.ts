import type { Engine } from '@cowpath/kv';
import { wrap } from './wrap.ts';

/** The source's NoSuchElementException: thrown with its stack, and caught where the answer is made. */
class NoSuchKeyError extends Error {}

/** A missing key costs an error with its stack, as before the source's first fix. */
export function dearMissing(engine: Engine): Engine {
  const told = (value: Uint8Array | undefined): Uint8Array => {
    if (value === undefined) throw new NoSuchKeyError('no such key');
    return value;
  };
  const caught = (error: unknown): undefined => {
    // The source's stack was filled in when the exception was made; V8 formats one when it is first read.
    if (error instanceof NoSuchKeyError && error.stack !== undefined) return undefined;
    throw error;
  };
  return wrap(engine, {
    get: (key, times) => {
      const value = engine.get(key, times);
      if (value instanceof Promise) return value.then(told).catch(caught);
      try {
        return told(value);
      } catch (error) {
        return caught(error);
      }
    },
  });
}

/** As the source's first memtable: the write that fills it writes it to disk, and all others wait behind it. */
export function inlineFlush(engine: Engine, buffer_bytes: number): Engine {
  let written = 0;
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (bytes: number, write: () => Promise<void>): Promise<void> => {
    const mine = turn.then(async () => {
      await write();
      written += bytes;
      if (written < buffer_bytes) return;
      written = 0;
      await engine.compact();
    });
    turn = mine.catch(() => undefined);
    return mine;
  };
  return wrap(engine, {
    put: (key, value, times) =>
      inTurn(key.byteLength + value.byteLength, () => engine.put(key, value, times)),
    delete: (key, times) => inTurn(key.byteLength, () => engine.delete(key, times)),
  });
}
