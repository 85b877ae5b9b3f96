import type { Engine } from '../engine.ts';
import type { SqlCore } from './core.ts';
import type { Program } from './fragment.ts';

/** An engine on a SQL database: what migrations work with. */
export interface SqlEngine extends Engine {
  readonly core: SqlCore;
  /** Where the store is, without credentials. */
  readonly where: string;
  /**
   * Runs a program in one write transaction, `check` with the writers' check of the epoch. Without it the
   * transaction excludes all writers: those that are under way end first, those that come wait. With `relaxed` the
   * end does not wait for the disk: a power failure may undo it as a whole, and nothing that was committed before.
   */
  transact<T>(work: () => Program<T>, check: boolean, relaxed?: boolean): Promise<T>;
  /** Runs a program that only reads, on one snapshot. */
  query<T>(work: () => Program<T>): Promise<T>;
  /** Held by the one process that migrates; freed when that process ends, however it ends. @throws STORE_MIGRATION_RUNNING */
  lockMigration(): Promise<() => Promise<void>>;
}
