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

/** How a transaction begins: with what, what is asked first, and what must be so for it to go on. */
export interface Opening {
  readonly begin: string;
  readonly question: pg.QueryConfig;
  /** Throws where the transaction must not go on. */
  check(row: RowData | undefined): void;
}

const commit: Statement = { text: 'commit', values: [], planned: true };

/** Runs programs on an engine's connections. */
export class Driver {
  /** Names of prepared statements, the same on every connection. */
  readonly #names = new Map<string, string>();

  /** Runs a program's statements one after another. */
  async run<T>(client: Client | pg.Pool, program: Program<T>): Promise<T> {
    return (await this.#run(client, program, program.next(), [])).result;
  }

  /** Runs a program in the transaction that the connection is in, and commits. */
  async runAndCommit<T>(client: Client, program: Program<T>): Promise<T> {
    return this.#commit(client, program, program.next());
  }

  /**
   * Begins a transaction, runs a program in it, and commits. The program's first statement travels with the
   * opening: where the opening's check fails, it was in vain, and what it gave is not looked at.
   */
  async transact<T>(client: Client, program: Program<T>, opening: Opening): Promise<T> {
    const first = program.next();
    const results = await open(client, opening, () => (first.done ? [] : this.#send(client, first.value)));
    return this.#commit(client, program, first.done ? first : resume(program, results));
  }

  async #commit<T>(client: Client, program: Program<T>, step: Step<T>): Promise<T> {
    const { result, ended } = await this.#run(client, program, step, [commit]);
    if (!ended) await client.query('commit');
    return result;
  }

  /** `end`: what is sent along with the last statements of the program, if it says which those are. */
  async #run<T>(
    client: Client | pg.Pool,
    program: Program<T>,
    begun: Step<T>,
    end: readonly Statement[],
  ): Promise<{ result: T; ended: boolean }> {
    let ended = false;
    let step = begun;
    while (!step.done) {
      const asked = step.value;
      ended = 'statements' in asked && asked.last && end.length > 0;
      const sent = ended ? [asked, ...end] : [asked];
      const results = await settledAtOnce(client, () => sent.flatMap((one) => this.#send(client, one)));
      step = resume(program, ended ? results.slice(0, -end.length) : results, results);
    }
    return { result: step.value, ended };
  }

  #send(client: Client | pg.Pool, asked: Statement | Repeated | Together): Promise<{ rows: RowData[] }>[] {
    const statements = 'statements' in asked ? asked.statements : [asked];
    return statements.map((statement) => this.#statement(client, statement));
  }

  async #statement(client: Client | pg.Pool, statement: Statement | Repeated): Promise<{ rows: RowData[] }> {
    if ('rows' in statement) throw new Error('invariant: Postgres runs a statement for all rows at once');
    const { text, values, planned } = statement;
    const name = planned ? undefined : this.#nameOf(text);
    const config: pg.QueryConfig = { text, values: values as unknown[] };
    if (name !== undefined) config.name = name;
    return client.query<RowData>(config);
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

type Step<T> = ReturnType<Program<T>['next']>;

/** Begins a transaction; what is sent along is answered even where it failed, unless the opening did. */
export async function open(
  client: Client,
  { begin, question, check }: Opening,
  along: () => readonly Promise<{ rows: RowData[] }>[] = () => [],
): Promise<readonly Answer[]> {
  const [begun, found, ...results] = await settledAtOnce(client, () => [
    client.query(begin),
    client.query<RowData>(question),
    ...along(),
  ]);
  settledValue(begun);
  check(settledValue(found).rows[0]);
  return results;
}

type Answer = PromiseSettledResult<{ rows: RowData[] }>;

/**
 * Sends statements in one packet, where the driver lets them travel together, and waits until all have ended.
 * After an error the server refuses the others, and ends the transaction undone where one of them is a commit.
 */
async function settledAtOnce(
  client: object,
  send: () => readonly Promise<{ rows: RowData[] }>[],
): Promise<[Answer, Answer, ...Answer[]]> {
  // Each write is a system call, which costs more than the statement it carries.
  const { connection } = client as { connection?: { stream?: { cork?(): void; uncork?(): void } } };
  connection?.stream?.cork?.();
  let under_way: readonly Promise<{ rows: RowData[] }>[];
  try {
    under_way = send();
  } finally {
    connection?.stream?.uncork?.();
  }
  return (await Promise.allSettled(under_way)) as [Answer, Answer, ...Answer[]];
}

/** Goes on with the rows of the last statement of a request, or with the first error among `all` that was sent. */
function resume<T>(program: Program<T>, results: readonly Answer[], all = results): Step<T> {
  const failed = all.find((result) => result.status === 'rejected');
  if (failed !== undefined) return program.throw(failed.reason);
  const last = results.at(-1);
  return program.next(last === undefined ? [] : settledValue(last).rows);
}

/** @throws the reason of a rejection */
function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
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
