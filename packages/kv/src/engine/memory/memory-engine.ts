import { KvError } from '../../contract/errors.ts';
import { checkKey, checkValue, compareKeys } from '../../contract/keys.ts';
import {
  type Durability,
  type Engine,
  type EngineHealth,
  type EngineStats,
  type EngineSupports,
  type Entry,
  type EntryCursor,
  type OperationTimes,
  RANGE_BATCH_BYTES,
} from '../engine.ts';

/**
 * An engine that keeps nothing: for tests of programs that talk to the service, up to some hundred thousand
 * entries (an insertion moves the keys behind it).
 */
export function openMemory(): Engine {
  return new MemoryEngine();
}

class MemoryEngine implements Engine {
  readonly name = 'memory';
  readonly supports: EngineSupports = {
    persistence: false,
    snapshotRanges: false,
    compaction: false,
    replicas: 1,
  };
  readonly durability: Durability = { kind: 'none' };
  /** In key order. */
  readonly #entries: Entry[] = [];
  #closed = false;

  get(key: Uint8Array, times?: OperationTimes): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    try {
      this.#check(key, times);
    } catch (error) {
      return Promise.reject(error);
    }
    const at = this.#find(key);
    const entry = this.#entries[at];
    return entry !== undefined && compareKeys(entry[0], key) === 0 ? Buffer.from(entry[1]) : undefined;
  }

  async put(key: Uint8Array, value: Uint8Array, times?: OperationTimes): Promise<void> {
    this.#check(key, times);
    checkValue(value);
    const at = this.#find(key);
    const present = this.#entries[at] !== undefined && compareKeys(this.#entries[at][0], key) === 0;
    this.#entries.splice(at, present ? 1 : 0, [Buffer.from(key), Buffer.from(value)]);
  }

  async delete(key: Uint8Array, times?: OperationTimes): Promise<void> {
    this.#check(key, times);
    const at = this.#find(key);
    if (this.#entries[at] !== undefined && compareKeys(this.#entries[at][0], key) === 0)
      this.#entries.splice(at, 1);
  }

  range(start: Uint8Array, end?: Uint8Array): EntryCursor {
    checkKey(start, 'start');
    if (end !== undefined) checkKey(end, 'end');
    if (this.#closed) throw closed();
    let from: Uint8Array | undefined = start;
    return {
      next: async (entries_max) => {
        if (from === undefined) return [];
        const batch = this.#batch(from, end, entries_max);
        const last = batch.at(-1);
        // The least key above the last one: itself and a zero byte.
        from = last && Buffer.concat([last[0], Buffer.alloc(1)]);
        return batch;
      },
      close: async () => {
        from = undefined;
      },
    };
  }

  async compact(): Promise<void> {
    if (this.#closed) throw closed();
  }

  health(): EngineHealth {
    return { status: 'ok' };
  }

  stats(): EngineStats {
    return { entries: this.#entries.length };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #batch(from: Uint8Array, end: Uint8Array | undefined, entries_max: number): Entry[] {
    const batch: Entry[] = [];
    let bytes = 0;
    for (let at = this.#find(from); at < this.#entries.length; at++) {
      const [key, value] = this.#entries[at]!;
      if (batch.length >= entries_max || bytes > RANGE_BATCH_BYTES) break;
      if (end !== undefined && compareKeys(key, end) >= 0) break;
      batch.push([Buffer.from(key), Buffer.from(value)]);
      bytes += key.byteLength + value.byteLength;
    }
    return batch;
  }

  #check(key: Uint8Array, times: OperationTimes | undefined): void {
    if (this.#closed) throw closed();
    checkKey(key, 'the key');
    if (times !== undefined) times.started_ms = times.finished_ms = performance.now();
  }

  /** Where `key` is, or would go. */
  #find(key: Uint8Array): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#entries[middle]![0], key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function closed(): KvError {
  return new KvError('KV_CLOSED', 'the engine is closed; nothing was done');
}
