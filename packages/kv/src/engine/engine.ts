/**
 * What an engine can do. The service, its tests and its errors read this manifest;
 * nothing asks for an engine's name.
 */
export interface EngineSupports {
  /** What was acknowledged is there after close and open. */
  readonly persistence: boolean;
  /** A range shows one moment: nothing written after it began. */
  readonly snapshotRanges: boolean;
  /** `compact()` gives back the room of overwritten and deleted entries. */
  readonly compaction: boolean;
  /** How many copies of an entry there are: what `from` in `replicas=ack/from` may be at most. */
  readonly replicas: number;
}

/** When an acknowledged write is safe from a power failure. */
export type Durability =
  /** Before it is acknowledged. */
  | { readonly kind: 'synced' }
  /** At the latest `window_ms` after it was acknowledged: that much can be lost. */
  | { readonly kind: 'window'; readonly window_ms: number }
  /** Never: the engine keeps nothing. */
  | { readonly kind: 'none' };

export type EngineHealth =
  | { readonly status: 'ok' }
  /** Reads work, writes are refused. */
  | { readonly status: 'read-only'; readonly code: string; readonly reason: string };

/** `[key, value]`. Both belong to the caller; the engine keeps no reference to them. */
export type Entry = readonly [key: Uint8Array, value: Uint8Array];

/**
 * Where an operation spent its time, by `performance.now()`. The engine fills in what the caller passes:
 * before `started_ms` the operation waited for its turn, until `finished_ms` the engine worked on it.
 */
export interface OperationTimes {
  started_ms: number;
  finished_ms: number;
}

/** The size at which a batch of a range is closed: 256 KiB. */
export const RANGE_BATCH_BYTES: number = 256 * 1024;

/** What `getText` answers when the value is no text, or the engine would rather be asked with `get`. */
export const NOT_TEXT: unique symbol = Symbol('not text');

/** A walk over a range, in batches. */
export interface EntryCursor {
  /**
   * The next entries in key order; empty at the end, and from then on. It stops at `entries_max` entries
   * or with the entry that brings keys and values over 256 KiB (`RANGE_BATCH_BYTES`), whichever is first.
   * Not to be called again before it has settled.
   */
  next(entries_max: number): Promise<readonly Entry[]>;
  /** Lets go of what the walk holds (a snapshot). Safe at any time and more than once. */
  close(): Promise<void>;
}

/** Figures for the metrics page: cumulative counts (`_total`) and momentary values. */
export type EngineStats = Readonly<Record<string, number>>;

/**
 * An ordered map from keys (1 to 65,535 bytes, ordered by unsigned byte) to values (0 to 8 MiB).
 *
 * - Writes of one caller to one key apply in the order of the calls. A write is visible to every read
 *   that begins after its promise was fulfilled. A rejected write was not applied, unless the code is
 *   `KV_IO`: then it may have been.
 * - The engine does not keep the arrays it is given after the promise has settled; until then the caller
 *   must not change them.
 * - After `close()` every operation rejects with `KV_CLOSED`. `close()` first finishes the writes that it
 *   was given, and makes them durable.
 */
export interface Engine {
  /** For people: `leveldb`. */
  readonly name: string;
  readonly supports: EngineSupports;
  readonly durability: Durability;
  /** The value, or undefined when there is none. Not a promise where the engine can answer at once. */
  get(key: Uint8Array, times?: OperationTimes): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /**
   * A shortcut that an engine may offer for reads it can answer at once: making a string of a small value costs a
   * third of making an array of bytes. `key` consists of ASCII characters, 1 to 65,535 of them, which stand for
   * their bytes. The answer's UTF-8 is the value, byte for byte.
   */
  getText?(key: string, times?: OperationTimes): string | undefined | typeof NOT_TEXT;
  put(key: Uint8Array, value: Uint8Array, times?: OperationTimes): Promise<void>;
  /** Deleting what is not there is no error. */
  delete(key: Uint8Array, times?: OperationTimes): Promise<void>;
  /** Entries with `start <= key < end`; without `end`, to the last key. */
  range(start: Uint8Array, end?: Uint8Array): EntryCursor;
  /** Gives back the room that overwritten and deleted entries take. Reads and writes go on meanwhile. */
  compact(): Promise<void>;
  health(): EngineHealth;
  stats(): EngineStats;
  close(): Promise<void>;
}
