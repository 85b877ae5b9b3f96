import { KvError } from '../../contract/errors.ts';
import type { OperationTimes } from '../engine.ts';

/** What abstract-level's array batch takes. */
export type WriteOperation =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array };

/** For the accounting of waiting writes: what an operation costs besides its bytes. */
const OPERATION_OVERHEAD_BYTES = 128;

/**
 * A group is gathered until so many turns of the event loop in a row have brought it no more members: those whose
 * last write has just been answered are about to send their next. Nothing waits for a clock: a turn that brings
 * nothing takes some microseconds, and a lone write waits for one.
 */
const EMPTY_TURNS = 2;
const GATHER_TURNS_MAX = 16;

class Group {
  readonly operations: WriteOperation[] = [];
  readonly settled: Promise<void>;
  /** Those of the members that asked; rarely any. */
  readonly times: OperationTimes[] = [];
  bytes = 0;
  resolve!: () => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.settled = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

export interface GroupCommitLimits {
  readonly group_bytes_max: number;
  readonly group_operations_max: number;
  readonly write_queue_bytes_max: number;
}

/**
 * Group commit: the writes that arrive while one group is being written form the next one, so that a
 * trip to the thread pool (about 30 µs of CPU) and, with sync, an `fdatasync` are paid once a group.
 *
 * Invariants: at most one group is being written; groups are written in the order in which they were
 * opened, and a group's operations in the order of their calls; all members of a group are answered alike.
 */
export class GroupCommit {
  readonly #commit: (operations: WriteOperation[]) => Promise<void>;
  readonly #limits: GroupCommitLimits;
  readonly #waiting: Group[] = [];
  #running: Promise<void> | undefined;
  #queuedBytes = 0;
  #groups = 0;
  #operations = 0;
  #bytes = 0;

  constructor(limits: GroupCommitLimits, commit: (operations: WriteOperation[]) => Promise<void>) {
    this.#limits = limits;
    this.#commit = commit;
  }

  write(operation: WriteOperation, times?: OperationTimes): Promise<void> {
    const bytes =
      operation.key.byteLength +
      (operation.type === 'put' ? operation.value.byteLength : 0) +
      OPERATION_OVERHEAD_BYTES;
    if (this.#queuedBytes + bytes > this.#limits.write_queue_bytes_max && this.#queuedBytes > 0) {
      return Promise.reject(
        new KvError(
          'KV_BUSY',
          `${this.#queuedBytes} bytes of writes are waiting already; nothing was written, try again`,
        ),
      );
    }
    this.#queuedBytes += bytes;
    const group = this.#groupFor(bytes);
    group.operations.push(operation);
    group.bytes += bytes;
    if (times !== undefined) group.times.push(times);
    return group.settled;
  }

  /** Fulfilled when every write accepted so far has been answered. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get totals(): { groups: number; operations: number; bytes: number } {
    return { groups: this.#groups, operations: this.#operations, bytes: this.#bytes };
  }

  #groupFor(bytes: number): Group {
    const last = this.#waiting.at(-1);
    if (
      last !== undefined &&
      last.bytes + bytes <= this.#limits.group_bytes_max &&
      last.operations.length < this.#limits.group_operations_max
    ) {
      return last;
    }
    const group = new Group();
    this.#waiting.push(group);
    this.#running ??= this.#run();
    return group;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting[0]!;
      let members = group.operations.length;
      for (let turns = 0, empty = 0; empty < EMPTY_TURNS && turns < GATHER_TURNS_MAX; turns++) {
        await new Promise(setImmediate);
        const alone = group.operations.length === 1;
        empty = group.operations.length > members ? 0 : empty + (alone ? EMPTY_TURNS : 1);
        members = group.operations.length;
      }
      this.#waiting.shift();
      await this.#commitGroup(group);
    }
    this.#running = undefined;
  }

  async #commitGroup(group: Group): Promise<void> {
    const started = performance.now();
    try {
      await this.#commit(group.operations);
      this.#answer(group, started);
      group.resolve();
    } catch (error) {
      this.#answer(group, started);
      group.reject(error);
    }
  }

  #answer(group: Group, started_ms: number): void {
    this.#queuedBytes -= group.bytes;
    this.#groups += 1;
    this.#operations += group.operations.length;
    this.#bytes += group.bytes - OPERATION_OVERHEAD_BYTES * group.operations.length;
    if (group.times.length === 0) return;
    const finished_ms = performance.now();
    for (const times of group.times) {
      times.started_ms = started_ms;
      times.finished_ms = finished_ms;
    }
  }
}
