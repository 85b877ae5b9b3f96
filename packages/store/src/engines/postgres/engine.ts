import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { StoreError } from '../../errors.ts';
import { Layout, layouts } from '../../layout/layout.ts';
import type { Query } from '../../model/query.ts';
import type { ThingRecord } from '../../model/thing.ts';
import type { Version } from '../../model/versions.ts';
import { checkOptionNames, integerOption, shown } from '../../options.ts';
import type { Check, EngineTransaction, Note, Row, Supports, Write, Written } from '../engine.ts';
import { SqlCore } from '../sql/core.ts';
import type { SqlEngine } from '../sql/engine.ts';
import type { Program, RowData } from '../sql/fragment.ts';
import { EpochChanged, type State } from '../sql/state.ts';
import { quote } from '../sql/table.ts';
import { PostgresDialect } from './dialect.ts';
import {
  Driver,
  isLockTimeout,
  isMissingTable,
  isTransient,
  loadDriver,
  type Opening,
  open,
  translate,
  typesOf,
} from './driver.ts';
import { PostgresTransaction } from './transaction.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** The schema of the store's tables, made if absent. Default `cowpath`. */
  readonly schema?: string | undefined;
  /** The layout of a store that is made now, and what an existing one must have. Default by-datatype. */
  readonly layout?: Layout | undefined;
  /** Connections at most. Default 10. */
  readonly pool_max?: number | undefined;
  /** How long a write waits for another one of the same thing. Default 5,000. */
  readonly lock_timeout_ms?: number | undefined;
  /** How long to wait for a connection. Default 10,000. */
  readonly connect_timeout_ms?: number | undefined;
  /** Makes a store that a migration will fill. */
  readonly receiving?: boolean | undefined;
}

/** Runs a batch again that a deadlock or a serialization failure ended; it is data, so nothing is done twice. */
const attempts_max = 8;
/** `cowp`: the class of the store's advisory locks. */
const lock_class = 0x636f7770;

/** The store in a Postgres schema. */
export function postgres(options: PostgresOptions): SqlEngine {
  return new PostgresEngine(options);
}

class PostgresEngine implements SqlEngine {
  readonly name = 'postgres';
  readonly supports: Supports = {
    durable: true,
    processes: true,
    concurrentWriters: true,
    snapshots: true,
    layouts: true,
  };
  readonly core: SqlCore;
  readonly #url: string;
  readonly #schema: string;
  readonly #layout: Layout | undefined;
  readonly #pool_max: number;
  readonly #lock_timeout_ms: number;
  readonly #connect_timeout_ms: number;
  readonly #receiving: boolean;
  readonly #programs = new Driver();
  #driver!: typeof pg;
  #pool!: pg.Pool;

  constructor(options: PostgresOptions) {
    const known = [
      'url',
      'schema',
      'layout',
      'pool_max',
      'lock_timeout_ms',
      'connect_timeout_ms',
      'receiving',
    ];
    checkOptionNames('postgres', options, known);
    const { url, schema = 'cowpath', layout } = options;
    if (typeof url !== 'string' || !/^postgres(ql)?:\/\//.test(url)) {
      throw new StoreError('STORE_BAD_OPTION', 'postgres: url must start with postgres://', { path: 'url' });
    }
    if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,40}$/.test(schema)) {
      throw new StoreError(
        'STORE_BAD_OPTION',
        `postgres: schema must be small letters, digits and _, got ${shown(schema)}`,
        {
          path: 'schema',
        },
      );
    }
    if (layout !== undefined && !(layout instanceof Layout)) {
      throw new StoreError('STORE_BAD_OPTION', 'postgres: layout must come from layouts or parseLayout', {
        path: 'layout',
      });
    }
    const integer = (name: keyof PostgresOptions, min: number, max: number, fallback: number): number =>
      integerOption('postgres', name, options[name], { min, max, fallback });
    this.#url = url;
    this.#schema = schema;
    this.#layout = layout;
    this.#pool_max = integer('pool_max', 2, 1_000, 10);
    this.#lock_timeout_ms = integer('lock_timeout_ms', 1, 3_600_000, 5_000);
    this.#connect_timeout_ms = integer('connect_timeout_ms', 1, 3_600_000, 10_000);
    this.#receiving = options.receiving ?? false;
    this.core = new SqlCore(new PostgresDialect(schema));
  }

  get layout(): string {
    return this.core.state.current.layout;
  }

  get where(): string {
    const url = new URL(this.#url);
    return `${url.protocol}//${url.host}${url.pathname}?schema=${this.#schema}`;
  }

  async open(): Promise<void> {
    this.#driver = await loadDriver();
    this.#pool = new this.#driver.Pool({
      connectionString: this.#url,
      max: this.#pool_max,
      connectionTimeoutMillis: this.#connect_timeout_ms,
      options: `-c lock_timeout=${this.#lock_timeout_ms} -c client_min_messages=warning`,
      types: typesOf(this.#driver),
      // Statements that are asked for together travel together; an older driver sends them one by one.
      pipeline: true,
    });
    // A connection that breaks, idle or taken, must not end the process: the next statement on it fails, and
    // the pool replaces it.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    try {
      await this.#prepare();
    } catch (error) {
      await this.#pool.end();
      throw translate(error);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async get(key: string, revision: number | undefined): Promise<ThingRecord | undefined> {
    return this.#reading(() => this.core.get(key, revision), false);
  }

  async getMany(keys: readonly string[]): Promise<(ThingRecord | undefined)[]> {
    return this.#reading(() => this.core.getMany(keys), false);
  }

  async things(query: Query): Promise<Row<string>[]> {
    return this.query(() => this.core.things(query));
  }

  async count(query: Query): Promise<number> {
    return this.query(() => this.core.count(query));
  }

  async versions(query: Query): Promise<Row<Version>[]> {
    return this.query(() => this.core.versions(query));
  }

  async write(writes: readonly Write[], note: Note, check: Check): Promise<Written[]> {
    for (let attempt = 1; ; attempt++) {
      // A fork, because names added by a transaction that fails have no numbers.
      const dictionary = this.core.dictionary.fork();
      try {
        const written = await this.transact(() => this.core.write(writes, note, check, dictionary), true);
        dictionary.merge();
        return written;
      } catch (error) {
        const cause = error instanceof StoreError ? error.cause : error;
        const again = isTransient(cause) || isMissingTable(cause);
        if (!again || attempt === attempts_max) throw error;
        await sleep(Math.random() * 2 ** attempt);
      }
    }
  }

  async begin(): Promise<EngineTransaction> {
    for (;;) {
      const client = await this.#connect();
      try {
        await open(client, this.#opening('', 'isolation level repeatable read'));
        return new PostgresTransaction(this.core, client, this.#programs);
      } catch (error) {
        await release(client, error);
        if (!(error instanceof EpochChanged)) throw translate(error);
        await this.#programs.run(this.#pool, this.core.load());
      }
    }
  }

  async transact<T>(work: () => Program<T>, check: boolean, relaxed = false): Promise<T> {
    for (;;) {
      const client = await this.#connect();
      let before: State | undefined;
      try {
        const result = check
          ? await this.#programs.transact(client, work(), {
              ...this.#opening(relaxed ? '; set local synchronous_commit = off' : ''),
              check: (row) => {
                this.core.checkEpoch(row);
                before = this.core.state;
              },
            })
          : await this.#alone(client, work);
        client.release();
        return result;
      } catch (error) {
        await release(client, error);
        // What the failed transaction read of the state may have been its own, or too old.
        if (before === undefined || this.core.state !== before)
          await this.#programs.run(this.#pool, this.core.load());
        if (!(error instanceof EpochChanged)) throw translate(error);
      }
    }
  }

  async query<T>(work: () => Program<T>): Promise<T> {
    return this.#reading(work, true);
  }

  async lockMigration(): Promise<() => Promise<void>> {
    const client = await this.#connect();
    const key = `${lock_class}, ('${this.core.system.state.name}'::regclass::oid::bigint % 2147483647)::int`;
    const { rows } = await client.query<RowData>(`select pg_try_advisory_lock(${key}) as locked`);
    if (rows[0]!.locked !== true) {
      client.release();
      throw new StoreError(
        'STORE_MIGRATION_RUNNING',
        `a migration of ${this.where} is running in another process`,
      );
    }
    return async () => {
      await client.query(`select pg_advisory_unlock(${key})`);
      client.release();
    };
  }

  async #prepare(): Promise<void> {
    const { rows } = await this.#pool.query<RowData>('show server_encoding');
    if (rows[0]!.server_encoding !== 'UTF8') {
      throw new StoreError(
        'STORE_ENGINE',
        `postgres: the database must have the encoding UTF8, it has ${rows[0]!.server_encoding}`,
      );
    }
    const wanted = this.#layout ?? layouts.byDatatype();
    const known = await this.#pool.query<RowData>('select to_regclass($1) is not null as known', [
      this.core.system.state.name,
    ]);
    if (known.rows[0]!.known !== true) await this.#create(wanted);
    await this.#programs.run(this.#pool, this.core.load());
    if (!this.#receiving) this.core.checkReadable();
    if (this.#layout === undefined || this.#layout.text === this.layout) return;
    throw new StoreError(
      'STORE_LAYOUT_MISMATCH',
      `${this.where} has another layout than the one given (${this.#layout.kind}); open it without a layout, or change it: cowpath-store migrate. It has:\n${this.layout}`,
    );
  }

  /** Two processes that find no tables make them one after the other; the second finds them made. */
  async #create(layout: Layout): Promise<void> {
    const client = await this.#connect();
    try {
      await client.query(`begin; select pg_advisory_xact_lock(${lock_class}, 0)`);
      await client.query(`create schema if not exists ${quote(this.#schema)}`);
      await this.#programs.run(client, this.core.create(layout, this.#receiving));
      await client.query('commit');
      client.release();
    } catch (error) {
      await release(client, error);
      throw error;
    }
  }

  /**
   * How a write transaction begins. The lock comes before the first snapshot, so that the epoch is the one that
   * holds until the commit: a change of state excludes all writers.
   */
  #opening(settings: string, isolation = ''): Opening {
    const state = this.core.system.state.name;
    return {
      begin: `begin ${isolation}; lock table ${state} in row share mode${settings}`,
      question: { name: 'cowpath_epoch', text: `select epoch from ${state} where id = 1` },
      check: (row) => this.core.checkEpoch(row),
    };
  }

  async #alone<T>(client: pg.PoolClient, work: () => Program<T>): Promise<T> {
    await this.#beginAlone(client);
    return this.#programs.runAndCommit(client, work());
  }

  /** Begins a transaction that excludes writers, waiting only briefly each time, because others wait behind it. */
  async #beginAlone(client: pg.PoolClient): Promise<void> {
    const state = this.core.system.state.name;
    for (;;) {
      try {
        await client.query(
          `begin; set local lock_timeout = '100ms'; lock table ${state} in exclusive mode; set local lock_timeout = ${this.#lock_timeout_ms}`,
        );
        return;
      } catch (error) {
        await client.query('rollback');
        if (!isLockTimeout(error)) throw error;
        await sleep(50 + Math.random() * 100);
      }
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw new StoreError(
        'STORE_ENGINE',
        `postgres: no connection to ${this.where}: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }

  /**
   * A program of one statement runs by itself: it sees one moment. If it turns out to need more, it starts
   * again in a snapshot.
   */
  async #reading<T>(work: () => Program<T>, snapshot: boolean): Promise<T> {
    for (;;) {
      if (!this.#receiving) this.core.checkReadable();
      const { epoch } = this.core.state;
      try {
        if (!snapshot) return await this.#programs.run(this.#pool, work());
        const single = await this.#single(work());
        return single === undefined ? await this.#inSnapshot(work()) : single.result;
      } catch (error) {
        if (!isMissingTable(error)) throw translate(error);
        // After a migration the tables of the old layout have other names: follow to the new ones.
        await this.#programs.run(this.#pool, this.core.load());
        if (this.core.state.epoch === epoch) throw translate(error);
      }
    }
  }

  async #single<T>(program: Program<T>): Promise<{ result: T } | undefined> {
    const first = program.next();
    if (first.done) return { result: first.value };
    if (!('values' in first.value)) return undefined;
    const { text, values } = first.value;
    const { rows } = await this.#pool.query<RowData>(text, values as unknown[]);
    const second = program.next(rows);
    return second.done ? { result: second.value } : undefined;
  }

  async #inSnapshot<T>(program: Program<T>): Promise<T> {
    const client = await this.#connect();
    try {
      await client.query('begin isolation level repeatable read read only');
      const result = await this.#programs.run(client, program);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      await release(client, error);
      throw error;
    }
  }
}

/** Gives a connection back after an error; one that cannot even roll back is thrown away. */
async function release(client: pg.PoolClient, error: unknown): Promise<void> {
  try {
    await client.query('rollback');
    client.release();
  } catch {
    client.release(error instanceof Error ? error : true);
  }
}
