import type { ClassicLevel } from 'classic-level';
import type { OperationTimes } from '../engine.ts';

type Level = ClassicLevel<Uint8Array, Uint8Array>;

/** Above this smoothed time a synchronous read is taken to wait for the disk: in memory it takes 1 to 10 µs. */
const SLOW_MS = 0.1;
/** The weight of one read in the smoothed time. */
const WEIGHT = 1 / 16;
/** How many reads go to the thread pool before a synchronous one is tried again. */
const DETOUR_READS = 256;

/** Keys read together. A value has up to 8 MiB, so this and the next bound what reads hold: 1 GiB at the worst. */
const GROUP_KEYS_MAX = 64;
const RUNNING_GROUPS_MAX = 2;

class Group {
  readonly keys: Uint8Array[] = [];
  readonly times: OperationTimes[] = [];
  readonly values: Promise<(Uint8Array | undefined)[]>;
  resolve!: (values: (Uint8Array | undefined)[]) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.values = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/**
 * The two ways to read, and the choice between them.
 *
 * A synchronous read costs 1.6 µs where the block is in memory; a trip to the thread pool costs 30 µs, less
 * when many share one. But a synchronous read that waits for the disk holds up every other request. So reads
 * are synchronous until their smoothed time shows that they wait, then shared trips, with a synchronous one
 * tried every 256 reads.
 */
export class Reads {
  readonly #level: Level;
  readonly #mode: 'adaptive' | 'sync' | 'grouped';
  #smoothed_ms = 0;
  #detour = 0;
  readonly #waiting: Group[] = [];
  #running = 0;
  #sync = 0;
  #grouped = 0;
  #groups = 0;

  constructor(level: Level, mode: 'adaptive' | 'sync' | 'grouped') {
    this.#level = level;
    this.#mode = mode;
  }

  get totals(): { sync: number; grouped: number; groups: number } {
    return { sync: this.#sync, grouped: this.#grouped, groups: this.#groups };
  }

  get(key: Uint8Array, times?: OperationTimes): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#mode === 'sync') return this.#getSync(key, times);
    if (this.#mode === 'grouped') return this.#getGrouped(key, times);
    if (this.#smoothed_ms < SLOW_MS) return this.#getSync(key, times);
    this.#detour -= 1;
    if (this.#detour > 0) return this.#getGrouped(key, times);
    this.#detour = DETOUR_READS;
    return this.#getSync(key, times);
  }

  #getSync(key: Uint8Array, times: OperationTimes | undefined): Uint8Array | undefined {
    this.#sync += 1;
    const started_ms = performance.now();
    const value = this.#level.getSync(key);
    const finished_ms = performance.now();
    this.#smoothed_ms += (finished_ms - started_ms - this.#smoothed_ms) * WEIGHT;
    if (times !== undefined) {
      times.started_ms = started_ms;
      times.finished_ms = finished_ms;
    }
    return value;
  }

  #getGrouped(key: Uint8Array, times: OperationTimes | undefined): Promise<Uint8Array | undefined> {
    this.#grouped += 1;
    let group = this.#waiting.at(-1);
    if (group === undefined || group.keys.length >= GROUP_KEYS_MAX) {
      group = new Group();
      this.#waiting.push(group);
      if (this.#running < RUNNING_GROUPS_MAX) void this.#run();
    }
    const index = group.keys.push(key) - 1;
    if (times !== undefined) group.times.push(times);
    return group.values.then((values) => values[index]);
  }

  async #run(): Promise<void> {
    this.#running += 1;
    // The rest of this turn of the event loop may bring more keys.
    await new Promise(setImmediate);
    for (let group = this.#waiting.shift(); group !== undefined; group = this.#waiting.shift()) {
      await this.#read(group);
    }
    this.#running -= 1;
  }

  async #read(group: Group): Promise<void> {
    this.#groups += 1;
    const started_ms = performance.now();
    try {
      group.resolve(await this.#level.getMany(group.keys));
    } catch (error) {
      group.reject(error);
    }
    const finished_ms = performance.now();
    for (const entry of group.times) {
      entry.started_ms = started_ms;
      entry.finished_ms = finished_ms;
    }
  }
}
