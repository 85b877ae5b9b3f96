import { setTimeout as sleep } from 'node:timers/promises';
import type { SqlEngine } from '../engines/sql/engine.ts';
import type { Program } from '../engines/sql/fragment.ts';
import { isStoreError } from '../errors.ts';

/** How often an exclusive step is tried while readers hold the tables. */
const attempts_max = 200;

/** What a migration tells of itself while it runs. */
export interface Progress {
  readonly phase: 'copy' | 'verify' | 'carry' | 'switch' | 'clean';
  readonly done: number;
  readonly total: number;
}

export interface MigrateOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Things a batch at first; it then follows `batch_ms`. Default 100. */
  readonly batch?: number | undefined;
  /** How long one batch may hold back writers, about. Default 25. */
  readonly batch_ms?: number | undefined;
  /** Queries run on old and new and compared. Default 50. */
  readonly sample_queries?: number | undefined;
}

export interface MigrationReport {
  readonly things: number;
  readonly queries_compared: number;
  /** The longest time for which writers were shut out at once, in milliseconds. */
  readonly longest_exclusion_ms: number;
  readonly duration_ms: number;
}

/** Work that shuts writers out, and how long it did so at the most. */
export class Exclusion {
  longest_ms = 0;

  async measure<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.longest_ms = Math.max(this.longest_ms, performance.now() - start);
    }
  }

  /** One transaction without other writers; tried again while readers hold what it needs. */
  async alone(engine: SqlEngine, work: () => Program<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.measure(() => engine.transact(work, false));
        return;
      } catch (error) {
        if (!isStoreError(error, 'STORE_BUSY') || attempt === attempts_max) throw error;
        await sleep(100);
      }
    }
  }
}

/** A batch that lost against a writer is done again. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isStoreError(error, 'STORE_CONFLICT') && !isStoreError(error, 'STORE_BUSY')) throw error;
      await sleep(20);
    }
  }
}
