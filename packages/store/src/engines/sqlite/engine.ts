import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { StoreError } from '../../errors.ts';
import { Layout, layouts } from '../../layout/layout.ts';
import type { Query } from '../../model/query.ts';
import type { ThingRecord } from '../../model/thing.ts';
import type { Version } from '../../model/versions.ts';
import { Mutex } from '../../mutex.ts';
import { checkOptionNames, integerOption, shown } from '../../options.ts';
import type { Check, EngineTransaction, Note, Row, Supports, Write, Written } from '../engine.ts';
import { SqlCore } from '../sql/core.ts';
import type { SqlEngine } from '../sql/engine.ts';
import type { Program } from '../sql/fragment.ts';
import { EpochChanged } from '../sql/state.ts';
import { Connection, isBusy, isMissingTable } from './connection.ts';
import { SqliteDialect } from './dialect.ts';
import { SqliteTransaction } from './transaction.ts';

export interface SqliteOptions {
  /** The database's file; it and its -wal and -shm files belong together. */
  readonly file: string;
  /** The layout of a store that is made now, and what an existing one must have. Default by-datatype. */
  readonly layout?: Layout | undefined;
  /**
   * `full` (default): an acknowledged write survives a power failure; `normal`: a power failure may lose the
   * last writes, never consistency.
   */
  readonly synchronous?: 'full' | 'normal' | undefined;
  /** How long to wait for another process that is writing. Default 5,000. */
  readonly busy_timeout_ms?: number | undefined;
  /** SQLite's page cache a connection, of which there are two. Default 65,536. */
  readonly cache_kib?: number | undefined;
  /** Makes a store that a migration will fill. */
  readonly receiving?: boolean | undefined;
}

/** The store in one SQLite file, in WAL mode. */
export function sqlite(options: SqliteOptions): SqlEngine {
  return new SqliteEngine(options);
}

/** How often a writer looks whether another process has ended its write. Migrations rest longer than that. */
const wait_ms_max = 4;

type Latest = Omit<ThingRecord, 'key' | 'revision'>;

class SqliteEngine implements SqlEngine {
  readonly name = 'sqlite';
  readonly supports: Supports = {
    durable: true,
    processes: true,
    concurrentWriters: false,
    snapshots: true,
    layouts: true,
  };
  readonly core: SqlCore = new SqlCore(new SqliteDialect());
  readonly #file: string;
  readonly #layout: Layout | undefined;
  readonly #synchronous: 'full' | 'normal';
  readonly #busy_timeout_ms: number;
  readonly #cache_kib: number;
  readonly #receiving: boolean;
  readonly #writer = new Mutex();
  #write!: Connection;
  #read!: Connection;

  constructor(options: SqliteOptions) {
    checkOptionNames('sqlite', options, [
      'file',
      'layout',
      'synchronous',
      'busy_timeout_ms',
      'cache_kib',
      'receiving',
    ]);
    const { file, layout, synchronous = 'full' } = options;
    if (typeof file !== 'string' || file === '') {
      throw new StoreError('STORE_BAD_OPTION', `sqlite: file must be a path, got ${shown(file)}`, {
        path: 'file',
      });
    }
    if (synchronous !== 'full' && synchronous !== 'normal') {
      throw new StoreError(
        'STORE_BAD_OPTION',
        `sqlite: synchronous is full or normal, got ${shown(synchronous)}`,
        {
          path: 'synchronous',
        },
      );
    }
    if (layout !== undefined && !(layout instanceof Layout)) {
      throw new StoreError('STORE_BAD_OPTION', 'sqlite: layout must come from layouts or parseLayout', {
        path: 'layout',
      });
    }
    this.#file = file;
    this.#layout = layout;
    this.#synchronous = synchronous;
    this.#receiving = options.receiving ?? false;
    this.#busy_timeout_ms = integerOption('sqlite', 'busy_timeout_ms', options.busy_timeout_ms, {
      min: 0,
      max: 3_600_000,
      fallback: 5_000,
    });
    this.#cache_kib = integerOption('sqlite', 'cache_kib', options.cache_kib, {
      min: 64,
      max: 16_777_216,
      fallback: 65_536,
    });
  }

  get layout(): string {
    return this.core.state.current.layout;
  }

  get where(): string {
    return this.#file;
  }

  async open(): Promise<void> {
    try {
      this.#write = new Connection(new Database(this.#file, { timeout: 0 }));
      await this.#patiently(() => this.#write.configure(this.#synchronous, this.#cache_kib));
      this.#read = new Connection(new Database(this.#file, { timeout: this.#busy_timeout_ms }));
      await this.#patiently(() => this.#read.configure(this.#synchronous, this.#cache_kib));
      await this.#prepare();
    } catch (error) {
      this.#write?.close();
      this.#read?.close();
      if (error instanceof StoreError && error.code !== 'STORE_ENGINE') throw error;
      throw new StoreError('STORE_ENGINE', `sqlite: cannot open ${this.#file}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    const release = await this.#writer.acquire();
    this.#read.close();
    this.#write.close();
    release();
  }

  /** Hot path (bench/store, get): one prepared statement, no program, no promise. */
  get(key: string, revision: number | undefined): ThingRecord | undefined {
    if (revision !== undefined || this.core.contents.latest === undefined) {
      return this.#reading(() => this.core.get(key, revision));
    }
    for (;;) {
      if (!this.#receiving) this.core.checkReadable();
      const { epoch } = this.core.state;
      try {
        const row = this.#read.one(this.core.contents.latest!, key) as Latest | undefined;
        if (row === undefined) return undefined;
        const { type, latest_revision, created, modified, json } = row;
        return { key, type, revision: latest_revision, latest_revision, created, modified, json };
      } catch (error) {
        this.#refresh(error, epoch);
      }
    }
  }

  async getMany(keys: readonly string[]): Promise<(ThingRecord | undefined)[]> {
    return this.#reading(() => this.core.getMany(keys));
  }

  async things(query: Query): Promise<Row<string>[]> {
    return this.#snapshot(() => this.core.things(query));
  }

  async count(query: Query): Promise<number> {
    return this.#snapshot(() => this.core.count(query));
  }

  async versions(query: Query): Promise<Row<Version>[]> {
    return this.#snapshot(() => this.core.versions(query));
  }

  async write(writes: readonly Write[], note: Note, check: Check): Promise<Written[]> {
    // A fork, because names added by a transaction that fails have no numbers.
    const dictionary = this.core.dictionary.fork();
    const written = await this.transact(() => this.core.write(writes, note, check, dictionary), true);
    dictionary.merge();
    return written;
  }

  async begin(): Promise<EngineTransaction> {
    const release = await this.#writer.acquire();
    try {
      await this.#begin(true);
    } catch (error) {
      release();
      throw error;
    }
    return new SqliteTransaction(this.core, this.#write, release);
  }

  async transact<T>(work: () => Program<T>, check: boolean, relaxed = false): Promise<T> {
    const release = await this.#writer.acquire();
    try {
      if (relaxed) this.#write.synchronise('normal');
      await this.#begin(check);
      const before = check ? this.core.state : undefined;
      try {
        const result = this.#write.drive(work());
        this.#write.exec('commit');
        return result;
      } catch (error) {
        this.#write.rollback();
        // What the failed transaction read of the state may have been its own.
        if (before === undefined || this.core.state !== before) this.#write.drive(this.core.load());
        throw error;
      }
    } finally {
      if (relaxed) this.#write.synchronise(this.#synchronous);
      release();
    }
  }

  async query<T>(work: () => Program<T>): Promise<T> {
    return this.#snapshot(work);
  }

  /** A sidecar file that is locked as long as the migration's process lives. */
  async lockMigration(): Promise<() => Promise<void>> {
    const lock = new Database(`${this.#file}-migration`, { timeout: 0 });
    try {
      lock.exec('begin exclusive');
    } catch (error) {
      lock.close();
      if (!isBusy(error)) throw error;
      throw new StoreError(
        'STORE_MIGRATION_RUNNING',
        `a migration of ${this.#file} is running in another process`,
      );
    }
    return async () => {
      lock.exec('rollback');
      lock.close();
    };
  }

  async #prepare(): Promise<void> {
    const wanted = this.#layout ?? layouts.byDatatype();
    if (!this.#exists() || !this.#write.drive(this.core.load())) {
      await this.transact(() => this.core.create(wanted, this.#receiving), false);
      this.#write.drive(this.core.load());
    }
    if (!this.#receiving) this.core.checkReadable();
    if (this.#layout === undefined || this.#layout.text === this.layout) return;
    throw new StoreError(
      'STORE_LAYOUT_MISMATCH',
      `${this.#file} has another layout than the one given (${this.#layout.kind}); open it without a layout, or change it: cowpath-store migrate. It has:\n${this.layout}`,
    );
  }

  #exists(): boolean {
    const [row] = this.#write.all(`select count(*) as n from sqlite_master where name = 'cowpath_state'`, []);
    return row!.n === 1;
  }

  /** Begins a write transaction; waits, without blocking this process, while another one writes. */
  async #begin(check: boolean): Promise<void> {
    for (;;) {
      await this.#patiently(() => this.#write.exec('begin immediate'));
      if (!check) return;
      try {
        this.core.checkEpoch(this.#write.first(`select epoch from cowpath_state where id = 1`));
        return;
      } catch (error) {
        this.#write.rollback();
        if (!(error instanceof EpochChanged)) throw error;
        this.#write.drive(this.core.load());
      }
    }
  }

  async #patiently(attempt: () => void): Promise<void> {
    const deadline = performance.now() + this.#busy_timeout_ms;
    for (let wait_ms = 1; ; wait_ms = Math.min(2 * wait_ms, wait_ms_max)) {
      try {
        attempt();
        return;
      } catch (error) {
        if (!isBusy(error)) throw this.#write.translate(error);
        if (performance.now() < deadline) {
          await sleep(wait_ms);
          continue;
        }
        throw new StoreError(
          'STORE_BUSY',
          `sqlite: another process was writing ${this.#file} for more than ${this.#busy_timeout_ms} ms (busy_timeout_ms); nothing was changed`,
          { cause: error },
        );
      }
    }
  }

  /** One statement, or several of which only the first depends on time. */
  #reading<T>(program: () => Program<T>): T {
    for (;;) {
      if (!this.#receiving) this.core.checkReadable();
      const { epoch } = this.core.state;
      try {
        return this.#read.drive(program());
      } catch (error) {
        this.#refresh(error, epoch);
      }
    }
  }

  #snapshot<T>(program: () => Program<T>): T {
    for (;;) {
      if (!this.#receiving) this.core.checkReadable();
      const { epoch } = this.core.state;
      this.#read.exec('begin');
      try {
        return this.#read.drive(program());
      } catch (error) {
        this.#read.rollback();
        this.#refresh(error, epoch);
      } finally {
        if (this.#read.open) this.#read.exec('commit');
      }
    }
  }

  /** After a migration the tables of the old layout have other names: reads then follow to the new ones. */
  #refresh(error: unknown, epoch: number): void {
    if (!isMissingTable(error)) throw error;
    this.#read.drive(this.core.load());
    if (this.core.state.epoch === epoch) throw error;
  }
}
