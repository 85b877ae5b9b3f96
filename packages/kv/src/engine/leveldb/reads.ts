import type { ClassicLevel } from 'classic-level';
import { NOT_TEXT, type OperationTimes } from '../engine.ts';
import type { TextCache } from './text-cache.ts';

type Level = ClassicLevel<Uint8Array, Uint8Array>;

/** A synchronous read that takes longer is taken to have waited for the disk: in memory it takes 1 to 10 µs. */
const SLOW_MS = 0.1;
/** One synchronous read in so many is timed. */
const TIMED_READS = 8;
/** The weight of one timed read in the share of slow ones. */
const WEIGHT = 1 / 8;
/** Above this share of slow reads they go to the thread pool. */
const SLOW_SHARE_MAX = 0.25;
/** There, one read in so many is still synchronous, to see whether it would be fast again. */
const DETOUR_READS = 64;

/** A longer text costs more to decode than an array of bytes to make. */
const TEXT_LENGTH_MAX = 16 * 1024;
/** After a value that was no text, so many reads ask for bytes at once. */
const TEXT_PAUSE_READS = 64;
/** What decoding puts in place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';
const AS_TEXT = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;

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
 * are synchronous until a quarter of those that are timed were slow, then shared trips, with a synchronous one
 * tried every 64 reads.
 */
export class Reads {
  readonly #level: Level;
  readonly #mode: 'adaptive' | 'sync' | 'grouped';
  #slowShare = 0;
  #textPause = 0;
  #detour = 0;
  readonly #texts: TextCache;
  readonly #waiting: Group[] = [];
  #cached = 0;
  #running = 0;
  #sync = 0;
  #grouped = 0;
  #groups = 0;

  constructor(level: Level, mode: 'adaptive' | 'sync' | 'grouped', texts: TextCache) {
    this.#texts = texts;
    this.#level = level;
    this.#mode = mode;
  }

  get totals(): { cached: number; sync: number; grouped: number; groups: number } {
    return { cached: this.#cached, sync: this.#sync, grouped: this.#grouped, groups: this.#groups };
  }

  get(key: Uint8Array, times?: OperationTimes): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#synchronous()) return this.#timed(times, () => this.#level.getSync(key));
    return this.#getGrouped(key, times);
  }

  /** As `Engine.getText`. */
  getText(key: string, times?: OperationTimes): string | undefined | typeof NOT_TEXT {
    const cached = this.#texts.get(key);
    if (cached !== undefined) {
      this.#cached += 1;
      if (times !== undefined) times.started_ms = times.finished_ms = performance.now();
      return cached;
    }
    if (this.#textPause > 0) {
      this.#textPause -= 1;
      return NOT_TEXT;
    }
    if (this.#mode === 'grouped' || this.#slowShare > SLOW_SHARE_MAX) return NOT_TEXT;
    const text = this.#timed(times, () => this.#level.getSync<string, string>(key, AS_TEXT));
    if (text === undefined) return undefined;
    if (text.length <= TEXT_LENGTH_MAX && !text.includes(REPLACEMENT)) {
      this.#texts.add(key, text);
      return text;
    }
    this.#textPause = TEXT_PAUSE_READS;
    return NOT_TEXT;
  }

  #synchronous(): boolean {
    if (this.#mode !== 'adaptive') return this.#mode === 'sync';
    if (this.#slowShare <= SLOW_SHARE_MAX) return true;
    this.#detour -= 1;
    if (this.#detour > 0) return false;
    this.#detour = DETOUR_READS;
    // The next one is to be timed, whatever the count.
    this.#sync -= this.#sync % TIMED_READS;
    return true;
  }

  #timed<T>(times: OperationTimes | undefined, read: () => T): T {
    if (this.#sync++ % TIMED_READS !== 0 && times === undefined) return read();
    const started_ms = performance.now();
    const value = read();
    const finished_ms = performance.now();
    this.#slowShare += ((finished_ms - started_ms > SLOW_MS ? 1 : 0) - this.#slowShare) * WEIGHT;
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
