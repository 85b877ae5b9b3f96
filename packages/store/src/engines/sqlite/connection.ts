import type Database from 'better-sqlite3';
import { StoreError } from '../../errors.ts';
import type { Program, Repeated, RowData, Statement, Together } from '../sql/fragment.ts';

/** How many prepared statements a connection keeps; queries have many shapes, writes few. */
const statements_max = 500;

/** One connection: runs programs to their end, at once, and keeps their statements prepared. */
export class Connection {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Whether a transaction is open. */
  get open(): boolean {
    return this.#database.inTransaction;
  }

  configure(synchronous: string, cache_kib: number): void {
    this.#database.pragma('journal_mode = wal');
    this.synchronise(synchronous);
    this.#database.pragma(`cache_size = -${cache_kib}`);
    this.#database.pragma('temp_store = memory');
  }

  /** Outside a transaction: how far its commits wait for the disk. */
  synchronise(synchronous: string): void {
    this.#database.pragma(`synchronous = ${synchronous}`);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  exec(text: string): void {
    try {
      this.#statement(text).run();
    } catch (error) {
      throw this.translate(error);
    }
  }

  first(text: string): RowData | undefined {
    return this.#statement(text).get() as RowData | undefined;
  }

  one(text: string, value: string): RowData | undefined {
    return this.#statement(text).get(value) as RowData | undefined;
  }

  all(text: string, values: readonly unknown[]): RowData[] {
    return this.#statement(text).all(...values) as RowData[];
  }

  /** Some errors end the transaction by themselves. */
  rollback(): void {
    if (this.#database.inTransaction) this.exec('rollback');
  }

  drive<T>(program: Program<T>): T {
    try {
      let step = program.next();
      while (!step.done) step = program.next(this.#step(step.value));
      return step.value;
    } catch (error) {
      throw this.translate(error);
    }
  }

  translate(error: unknown): unknown {
    const { code, message } = error as { code?: unknown; message?: string };
    if (typeof code !== 'string' || !code.startsWith('SQLITE_') || isMissingTable(error) || isBusy(error))
      return error;
    const full = code.startsWith('SQLITE_FULL') || code.startsWith('SQLITE_IOERR_WRITE');
    return new StoreError(
      full ? 'STORE_FULL' : 'STORE_ENGINE',
      full
        ? `sqlite: the disk is full (${message}); nothing was changed, what was acknowledged is kept`
        : `sqlite: ${message} (${code})`,
      { cause: error },
    );
  }

  #step(asked: Statement | Repeated | Together): RowData[] {
    if (!('statements' in asked)) return this.#run(asked);
    let rows: RowData[] = [];
    for (const statement of asked.statements) rows = this.#run(statement);
    return rows;
  }

  #run(statement: Statement | Repeated): RowData[] {
    const prepared = this.#statement(statement.text);
    if ('rows' in statement) {
      for (const row of statement.rows) prepared.run(row);
      return [];
    }
    if (prepared.reader) return prepared.all(statement.values) as RowData[];
    prepared.run(statement.values);
    return [];
  }

  #statement(text: string): Database.Statement {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      if (this.#statements.size >= statements_max) {
        const [oldest] = this.#statements.keys();
        this.#statements.delete(oldest!);
      }
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

export function isBusy(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'));
}

export function isMissingTable(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  return code === 'SQLITE_ERROR' && (message ?? '').startsWith('no such table');
}
