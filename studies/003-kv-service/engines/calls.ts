import { Worker } from 'node:worker_threads';
import { type Engine, type OperationTimes, openLevelDb } from '@cowpath/kv';
import { ClassicLevel } from 'classic-level';
import type { Calls } from '../stages.ts';
import { wrap } from './wrap.ts';

/** How many worker threads call the store: the source's default was the number of cores. */
const WORKERS = 2;

/** The store, called in one of four ways. */
export async function openStore(directory: string, calls: Calls): Promise<Engine> {
  switch (calls) {
    case 'grouped':
      return openLevelDb(directory);
    case 'sync':
      return openSync(directory);
    case 'async':
      return openAsync(directory);
    case 'workers':
      return openWorkers(directory);
  }
}

/**
 * Reads on the thread that serves; writes one by one, because LevelDB's binding has no synchronous write. Without the
 * service's shortcut for texts, so that only the calls differ from the other ways.
 */
async function openSync(directory: string): Promise<Engine> {
  const engine = await openLevelDb(directory, { reads: 'sync', group_operations_max: 1 });
  return wrap(engine, { get: (key, times) => engine.get(key, times) });
}

/** Every operation a trip of its own to the thread pool. */
async function openAsync(directory: string): Promise<Engine> {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(`${directory}/leveldb`, OPTIONS);
  await level.open();
  return direct(level, {
    get: (key) => level.get(key),
    put: (key, value) => level.put(key, value),
    delete: (key) => level.del(key),
  });
}

const OPTIONS = {
  keyEncoding: 'view',
  valueEncoding: 'view',
  writeBufferSize: 16 * 1024 * 1024,
  cacheSize: 64 * 1024 * 1024,
} as const;

interface Point {
  get(key: Uint8Array): Promise<Uint8Array | undefined>;
  put(key: Uint8Array, value: Uint8Array): Promise<void>;
  delete(key: Uint8Array): Promise<void>;
}

function direct(level: ClassicLevel<Uint8Array, Uint8Array>, point: Point): Engine {
  return {
    name: 'leveldb',
    supports: { persistence: true, snapshotRanges: true, compaction: true, replicas: 1 },
    durability: { kind: 'none' },
    get: (key, times) => timed(times, () => point.get(key)),
    put: (key, value, times) => timed(times, () => point.put(key, value)),
    delete: (key, times) => timed(times, () => point.delete(key)),
    range: (start, end) => {
      const iterator = level.iterator({
        gte: start,
        ...(end && { lt: end }),
        fillCache: false,
        highWaterMarkBytes: 256 * 1024,
      });
      return { next: (entries_max) => iterator.nextv(entries_max), close: () => iterator.close() };
    },
    compact: () => level.compactRange(new Uint8Array(0), new Uint8Array(65_536).fill(255)),
    health: () => ({ status: 'ok' }),
    stats: () => ({}),
    close: () => level.close(),
  };
}

async function timed<T>(times: OperationTimes | undefined, call: () => Promise<T>): Promise<T> {
  if (times === undefined) return call();
  times.started_ms = performance.now();
  const result = await call();
  times.finished_ms = performance.now();
  return result;
}

/** Requests on this thread, the store on others, messages between them: the source's selectors and workers. */
async function openWorkers(directory: string): Promise<Engine> {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(`${directory}/leveldb`, OPTIONS);
  await level.open({ multithreading: true });
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => StoreWorker.start(`${directory}/leveldb`)),
  );
  let turn = 0;
  const next = (): StoreWorker => workers[turn++ % WORKERS]!;
  const engine = direct(level, {
    get: (key) => next().ask({ type: 'get', key }),
    put: async (key, value) => void (await next().ask({ type: 'put', key, value })),
    delete: async (key) => void (await next().ask({ type: 'del', key })),
  });
  return wrap(engine, {
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await level.close();
    },
  });
}

type Question =
  | { readonly type: 'get' | 'del'; readonly key: Uint8Array }
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array };

interface Answer {
  readonly id: number;
  readonly value?: Uint8Array;
  readonly error?: string;
}

class StoreWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { resolve: (value: Uint8Array | undefined) => void; reject: (error: Error) => void }
  >();
  #id = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', ({ id, value, error }: Answer) => {
      const { resolve, reject } = this.#waiting.get(id)!;
      this.#waiting.delete(id);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    });
  }

  static async start(location: string): Promise<StoreWorker> {
    const worker = new Worker(new URL('store-worker.ts', import.meta.url), { workerData: { location } });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    return new StoreWorker(worker);
  }

  ask(question: Question): Promise<Uint8Array | undefined> {
    const id = this.#id++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...question });
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
