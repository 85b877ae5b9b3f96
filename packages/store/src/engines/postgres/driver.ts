import type pg from 'pg';
import { Conflict, StoreError } from '../../errors.ts';
import type { Program, Repeated, RowData, Statement, Together } from '../sql/fragment.ts';

/** How many statements are kept prepared on each connection; writes have few shapes. */
const prepared_max = 300;

type Client = pg.PoolClient | pg.Client;

/** Loads the driver, which is an optional dependency. */
export async function loadDriver(): Promise<typeof pg> {
  try {
    return (await import('pg')).default;
  } catch (error) {
    throw new StoreError(
      'STORE_DRIVER_MISSING',
      'postgres: the package "pg" is not installed; add it to your program: npm install pg',
      { cause: error },
    );
  }
}

/** 64-bit integers as numbers: the store never holds one that a number does not. */
export function typesOf(driver: typeof pg): pg.CustomTypesConfig {
  const int8 = 20;
  return {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === int8
        ? Number
        : driver.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  };
}

/** Runs programs on an engine's connections. */
export class Driver {
  /** Names of prepared statements, the same on every connection. */
  readonly #names = new Map<string, string>();

  /** Runs a program's statements one after another. */
  async run<T>(client: Client | pg.Pool, program: Program<T>): Promise<T> {
    let step = program.next();
    while (!step.done) {
      let rows: RowData[];
      try {
        rows = await this.#step(client, step.value);
      } catch (error) {
        step = program.throw(error);
        continue;
      }
      step = program.next(rows);
    }
    return step.value;
  }

  /** What is asked for together is sent without waiting in between; the first error is thrown once all have ended. */
  async #step(client: Client | pg.Pool, asked: Statement | Repeated | Together): Promise<RowData[]> {
    if (!('statements' in asked)) return this.#statement(client, asked);
    const results = await Promise.allSettled(asked.statements.map((it) => this.#statement(client, it)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return [];
  }

  async #statement(client: Client | pg.Pool, statement: Statement | Repeated): Promise<RowData[]> {
    if ('rows' in statement) throw new Error('invariant: Postgres runs a statement for all rows at once');
    const { text, values, planned } = statement;
    const name = planned ? undefined : this.#nameOf(text);
    const config: pg.QueryConfig = { text, values: values as unknown[] };
    if (name !== undefined) config.name = name;
    return (await client.query<RowData>(config)).rows;
  }

  #nameOf(text: string): string | undefined {
    let name = this.#names.get(text);
    if (name === undefined && this.#names.size < prepared_max) {
      name = `cowpath_${this.#names.size + 1}`;
      this.#names.set(text, name);
    }
    return name;
  }
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** A deadlock or a serialization failure: the transaction can be run again. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03';
}

export function isMissingTable(error: unknown): boolean {
  return codeOf(error) === '42P01';
}

/** The store's error for one of Postgres or of the connection. */
export function translate(error: unknown): unknown {
  if (error instanceof StoreError || isMissingTable(error)) return error;
  const code = codeOf(error);
  const { message } = error as Error;
  if (isTransient(error)) {
    return new Conflict('another transaction overtook this one; nothing was changed, run it again', {
      cause: error,
    });
  }
  if (isLockTimeout(error)) {
    return new StoreError(
      'STORE_BUSY',
      'postgres: waited longer than lock_timeout_ms for another writer; nothing was changed',
      {
        cause: error,
      },
    );
  }
  if (code === '53100') {
    return new StoreError('STORE_FULL', `postgres: the disk is full (${message}); nothing was changed`, {
      cause: error,
    });
  }
  // Errors of our own (types, invariants) have no code and stay what they are.
  if (code === undefined && !/connection|terminat|timeout/i.test(message)) return error;
  return new StoreError('STORE_ENGINE', `postgres: ${message}${code === undefined ? '' : ` (${code})`}`, {
    cause: error,
  });
}
