import { ClassicLevel } from 'classic-level';
import { KvError } from '../../contract/errors.ts';
import { checkKey, checkValue } from '../../contract/keys.ts';
import {
  type Durability,
  type Engine,
  type EngineHealth,
  type EngineStats,
  type EngineSupports,
  type EntryCursor,
  NOT_TEXT,
  type OperationTimes,
  RANGE_BATCH_BYTES,
} from '../engine.ts';
import { LevelDbCursor } from './cursor.ts';
import { fileError, prepareDataDirectory, syncDirectory } from './data-directory.ts';
import { DiskRoom, freeBytes } from './disk-room.ts';
import { FilePins } from './file-pins.ts';
import { GroupCommit, type WriteOperation } from './group-commit.ts';
import { lowerMergingThread } from './merging-thread.ts';
import { type LevelDbOptions, levelDbOptions } from './options.ts';
import { Reads } from './reads.ts';
import { SyncWindow } from './sync-window.ts';
import { TextCache } from './text-cache.ts';
import { writeGroup } from './write-group.ts';

type Level = ClassicLevel<Uint8Array, Uint8Array>;

const supports: EngineSupports = { persistence: true, snapshotRanges: true, compaction: true, replicas: 1 };

/** Above every key: no key is longer than 65,535 bytes. */
const ABOVE_ALL_KEYS = new Uint8Array(65_536).fill(0xff);
const BELOW_ALL_KEYS = new Uint8Array(0);

/** An empty log and a line in LevelDB's manifest are some hundred bytes. */
const LOG_ROOM_BYTES = 1024 * 1024;

/**
 * Opens (and creates, when absent or empty) the data directory and the LevelDB in it. One process at a time.
 *
 * @throws {KvError} `KV_DATA_LOCKED`, `KV_DATA_NOT_WRITABLE`, `KV_DATA_FOREIGN`, `KV_DATA_VERSION`,
 * `KV_DISK_FULL`, `KV_CORRUPT` or `KV_IO`; nothing that was in the directory is changed then.
 */
export async function openLevelDb(directory: string, given: LevelDbOptions = {}): Promise<Engine> {
  const options = levelDbOptions(given);
  const files = await prepareDataDirectory(directory);
  const level: Level = new ClassicLevel(files, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    writeBufferSize: options.write_buffer_bytes,
    cacheSize: options.cache_bytes,
    maxOpenFiles: options.open_files_max,
  });
  try {
    await level.open();
    await syncDirectory(directory);
  } catch (error) {
    throw openError(directory, error);
  }
  const niceness = await lowerMergingThread(options.merging_niceness, async () => {
    // Nothing is merged for this range. But LevelDB begins a new log, and takes no more writes when that does not fit.
    if ((await freeBytes(files)) < LOG_ROOM_BYTES) return;
    await level.compactRange(BELOW_ALL_KEYS, BELOW_ALL_KEYS);
  });
  return new LevelDbEngine(directory, files, level, options, niceness);
}

class LevelDbEngine implements Engine {
  readonly name = 'leveldb';
  readonly supports: EngineSupports = supports;
  readonly durability: Durability;
  readonly #directory: string;
  readonly #level: Level;
  readonly #reads: Reads;
  readonly #texts: TextCache;
  readonly #writes: GroupCommit;
  readonly #room: DiskRoom;
  readonly #mergingNiceness: number;
  readonly #pins: FilePins;
  /** Undefined where every group is synced. */
  readonly #window: SyncWindow | undefined;
  #full = false;
  /** Why no more writes are taken: after a failed one LevelDB's log may end in the middle of a record. */
  #broken: KvError | undefined;
  #closing: Promise<void> | undefined;
  #cursors = 0;

  constructor(
    directory: string,
    files: string,
    level: Level,
    options: Required<LevelDbOptions>,
    mergingNiceness: number,
  ) {
    this.#directory = directory;
    this.#mergingNiceness = mergingNiceness;
    this.#level = level;
    this.#texts = new TextCache(options.text_cache_bytes);
    this.#reads = new Reads(level, options.reads, this.#texts);
    this.#room = new DiskRoom(files, options.disk_reserve_bytes);
    this.#pins = new FilePins(files, options.pinned_files_max, () => this.#room.scarce);
    void this.#pins.look();
    this.#window = options.sync
      ? undefined
      : new SyncWindow(files, options.loss_window_ms, (error) => this.#break(error));
    this.durability = options.sync
      ? { kind: 'synced' }
      : { kind: 'window', window_ms: options.loss_window_ms };
    this.#writes = new GroupCommit(options, (operations) => this.#commit(operations));
  }

  get(key: Uint8Array, times?: OperationTimes): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    try {
      checkKey(key, 'the key');
      const value = this.#reads.get(key, times);
      return value instanceof Promise ? value.catch((error) => this.#rejectRead(error)) : value;
    } catch (error) {
      return Promise.reject(this.#readError(error));
    }
  }

  getText(key: string, times?: OperationTimes): string | undefined | typeof NOT_TEXT {
    if (this.#closing !== undefined) return NOT_TEXT;
    try {
      return this.#reads.getText(key, times);
    } catch {
      // The error is told by `get`, which meets it again.
      return NOT_TEXT;
    }
  }

  put(key: Uint8Array, value: Uint8Array, times?: OperationTimes): Promise<void> {
    try {
      checkKey(key, 'the key');
      checkValue(value);
      this.#checkWritable();
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#writes.write({ type: 'put', key, value }, times);
  }

  delete(key: Uint8Array, times?: OperationTimes): Promise<void> {
    try {
      checkKey(key, 'the key');
      this.#checkWritable();
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#writes.write({ type: 'del', key }, times);
  }

  range(start: Uint8Array, end?: Uint8Array): EntryCursor {
    checkKey(start, 'start');
    if (end !== undefined) checkKey(end, 'end');
    if (this.#closing !== undefined) throw closed();
    const iterator = this.#level.iterator({
      gte: start,
      ...(end === undefined ? {} : { lt: end }),
      fillCache: false,
      highWaterMarkBytes: RANGE_BATCH_BYTES,
    });
    this.#cursors += 1;
    return new LevelDbCursor(
      iterator,
      (error) => this.#readError(error),
      () => {
        this.#cursors -= 1;
      },
    );
  }

  async compact(): Promise<void> {
    if (this.#closing !== undefined) throw closed();
    try {
      await this.#level.compactRange(BELOW_ALL_KEYS, ABOVE_ALL_KEYS);
      this.#pins.written();
    } catch (error) {
      throw this.#readError(error);
    }
  }

  health(): EngineHealth {
    if (this.#broken !== undefined) {
      return { status: 'read-only', code: this.#broken.code, reason: this.#broken.message };
    }
    if (!this.#full) return { status: 'ok' };
    // Nobody may write any more because of this very answer: look again without waiting for a write.
    void this.#room.hasFor(0).then((room) => {
      this.#full = !room;
    });
    return { status: 'read-only', code: 'KV_DISK_FULL', reason: this.#diskFull().message };
  }

  stats(): EngineStats {
    const writes = this.#writes.totals;
    const reads = this.#reads.totals;
    const stats: Record<string, number> = {
      commit_groups_total: writes.groups,
      commit_operations_total: writes.operations,
      commit_bytes_total: writes.bytes,
      write_queue_bytes: this.#writes.queuedBytes,
      sync_passes_total: this.#window?.passes ?? writes.groups,
      reads_cached_total: reads.cached,
      text_cache_bytes: this.#texts.bytes,
      reads_sync_total: reads.sync,
      reads_grouped_total: reads.grouped,
      read_groups_total: reads.groups,
      open_ranges: this.#cursors,
      pinned_files: this.#pins.count,
      files_freed_total: this.#pins.freed,
      merging_niceness: this.#mergingNiceness,
    };
    if (this.#level.status !== 'open') return stats;
    for (let at = 0; at < 7; at++) {
      stats[`tables_level_${at}`] = Number(this.#level.getProperty(`leveldb.num-files-at-level${at}`));
    }
    stats.memory_bytes = Number(this.#level.getProperty('leveldb.approximate-memory-usage'));
    return stats;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writes.drained();
    await this.#window?.flush();
    await this.#level.close();
    await this.#pins.close();
  }

  async #commit(operations: WriteOperation[]): Promise<void> {
    await this.#window?.admit();
    if (this.#broken !== undefined) throw this.#broken;
    let bytes = 0;
    for (const operation of operations) {
      bytes += operation.key.byteLength + (operation.type === 'put' ? operation.value.byteLength : 0);
    }
    this.#full = !(await this.#room.hasFor(bytes));
    if (this.#full) throw this.#diskFull();
    this.#texts.writeBegins(operations);
    try {
      await writeGroup(this.#level, operations, bytes, this.#window === undefined);
    } catch (error) {
      throw this.#break(error);
    } finally {
      this.#texts.writeEnded();
    }
    this.#window?.written();
    this.#pins.written();
    // A pass that failed meanwhile means that this group may not be durable in time.
    if (this.#broken !== undefined) throw this.#broken;
  }

  #checkWritable(): void {
    if (this.#closing !== undefined) throw closed();
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** Takes no writes from here on. Returns what the failed write is answered with. */
  #break(cause: unknown): KvError {
    const error = fileError(this.#directory, cause);
    this.#broken ??= new KvError(
      'KV_READ_ONLY',
      `an earlier write failed (${error.message}); reads go on, for writes restart the service when that is mended`,
      cause,
    );
    return error;
  }

  #diskFull(): KvError {
    return new KvError(
      'KV_DISK_FULL',
      `only ${this.#room.free_bytes} bytes are free on the disk of ${this.#directory}, fewer than the reserve of ` +
        `${this.#room.reserve_bytes}; nothing was written. Free some space, or lower disk_reserve_bytes.`,
    );
  }

  #rejectRead(error: unknown): never {
    throw this.#readError(error);
  }

  #readError(error: unknown): Error {
    if (error instanceof KvError) return error;
    const code = levelCode(error);
    if (code === 'LEVEL_CORRUPTION') return corrupt(this.#directory, error);
    if (code === 'LEVEL_DATABASE_NOT_OPEN' || code === 'LEVEL_ITERATOR_NOT_OPEN') return closed();
    return new KvError('KV_IO', `reading ${this.#directory} failed: ${String(error)}`, error);
  }
}

function closed(): KvError {
  return new KvError('KV_CLOSED', 'the engine is closed; nothing was done');
}

function corrupt(directory: string, cause: unknown): KvError {
  return new KvError(
    'KV_CORRUPT',
    `LevelDB found damaged files in ${directory}: ${String(cause)}. Nothing was changed; restore a backup.`,
    cause,
  );
}

function levelCode(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

function openError(directory: string, error: unknown): KvError {
  if (error instanceof KvError) return error;
  const cause = levelCode(error) === 'LEVEL_DATABASE_NOT_OPEN' ? ((error as Error).cause ?? error) : error;
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (levelCode(cause) === 'LEVEL_LOCKED') {
    return new KvError(
      'KV_DATA_LOCKED',
      `the data directory ${directory} is in use by another process; stop it, or name another directory`,
      cause,
    );
  }
  // The directory is there, so what LevelDB misses is one of its own files.
  if (levelCode(cause) === 'LEVEL_CORRUPTION' || /corruption|no such file/i.test(detail)) {
    return corrupt(directory, cause);
  }
  return fileError(directory, cause);
}
