import { checkOptions, type OptionRules } from '../../contract/options.ts';

const MiB = 1024 * 1024;

/** Units are the last part of a name. */
export interface LevelDbOptions {
  /**
   * True: a write is acknowledged after `fdatasync`, and survives a power failure.
   * False (default): it is acknowledged when the operating system has it; the death of this process loses
   * nothing, a power failure at most the writes of the last `loss_window_ms`.
   */
  readonly sync?: boolean;
  /** Default 1,000. Without `sync`: how old an acknowledged write may get before it is on the disk. */
  readonly loss_window_ms?: number;
  /**
   * How reads run. `sync`: on the calling thread, the least work where the data is in memory. `grouped`: on
   * the thread pool, many together. `adaptive` (default): `sync` until reads turn out to wait for the disk.
   */
  readonly reads?: 'adaptive' | 'sync' | 'grouped';
  /**
   * Default 4 MiB. What LevelDB gathers in memory before it writes a table. Up to twice this is used, and read back from
   * the log by the next opening. More makes each insertion dearer, because its place is looked for in memory that no
   * cache holds; less means more merging, and writers that wait sooner: LevelDB stops them at 12 unmerged tables.
   */
  readonly write_buffer_bytes?: number;
  /** Default 64 MiB. LevelDB's cache of uncompressed blocks, beside the operating system's. */
  readonly cache_bytes?: number;
  /** Default 32 MiB; 0 keeps none. Small values that were read lately, as text. */
  readonly text_cache_bytes?: number;
  /** Default 1,000. Open table files. */
  readonly open_files_max?: number;
  /**
   * Default 4,096; 0 keeps none. LevelDB's files that are held open, so that the blocks of removed ones are not freed
   * while LevelDB holds its lock: on a file system mounted with `discard` that stalls reads and writes for tens of
   * milliseconds. Each takes a file descriptor, in all a quarter of what the process may open at most; a table is about
   * 2 MiB.
   */
  readonly pinned_files_max?: number;
  /**
   * Default 10; 0 leaves it as it is; Linux only. By how much LevelDB's background thread, which flushes and merges, is
   * below the others in priority (`nice`), so that answers come first where there are few cores. Where the whole machine
   * is busy it gets a tenth of a core, and merging takes longer; when it falls far behind, LevelDB makes writers
   * wait for it, which gives it the core back. The first store opened in a process decides for all.
   */
  readonly merging_niceness?: number;
  /** Default 4 MiB. A group of writes is closed at this size. */
  readonly group_bytes_max?: number;
  /** Default 2,048. A group of operations is closed at this many. */
  readonly group_operations_max?: number;
  /** Default 256 MiB. Writes that wait; above it a write is refused with `KV_BUSY`. */
  readonly write_queue_bytes_max?: number;
  /**
   * Default 128 MiB; 0 turns the check off. Writes are refused with `KV_DISK_FULL` while the disk has less room than
   * this. It must hold what LevelDB writes by itself, merging tables before it removes the old ones: about 50 MiB and
   * six write buffers. Where that does not fit, LevelDB takes no more writes until a restart (`KV_READ_ONLY`).
   */
  readonly disk_reserve_bytes?: number;
}

const whole = (min: number, max: number) => ({ kind: 'integer', min, max }) as const;

const rules: OptionRules<LevelDbOptions> = {
  sync: { kind: 'boolean' },
  loss_window_ms: whole(10, 3_600_000),
  reads: { kind: 'choice', of: ['adaptive', 'sync', 'grouped'] },
  write_buffer_bytes: whole(64 * 1024, 1024 * MiB),
  cache_bytes: whole(0, 2047 * MiB),
  text_cache_bytes: whole(0, 2047 * MiB),
  open_files_max: whole(74, 50_000),
  pinned_files_max: whole(0, 1_000_000),
  merging_niceness: whole(0, 19),
  group_bytes_max: whole(1, 64 * MiB),
  group_operations_max: whole(1, 65_536),
  write_queue_bytes_max: whole(1, 2 ** 40),
  disk_reserve_bytes: whole(0, 2 ** 50),
};

const defaults: Required<LevelDbOptions> = {
  sync: false,
  loss_window_ms: 1_000,
  reads: 'adaptive',
  write_buffer_bytes: 4 * MiB,
  cache_bytes: 64 * MiB,
  text_cache_bytes: 32 * MiB,
  open_files_max: 1_000,
  pinned_files_max: 4_096,
  merging_niceness: 10,
  group_bytes_max: 4 * MiB,
  group_operations_max: 2_048,
  write_queue_bytes_max: 256 * MiB,
  disk_reserve_bytes: 128 * MiB,
};

export function levelDbOptions(given: LevelDbOptions): Required<LevelDbOptions> {
  return checkOptions<Required<LevelDbOptions>>('openLevelDb', given, rules, defaults);
}
