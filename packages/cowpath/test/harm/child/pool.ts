import pg from 'pg';
import type { PoolOperation, Program, Query } from '../programs/program.ts';
import { argumentsOf } from './call.ts';
import { call, together, tried } from './client.ts';
import { Log, PLACE } from './log.ts';

type OnPool = Extract<Program, { on: 'pool' }>;

/** A pool of the program's own that overrides what it inherits. */
class OwnPool extends pg.Pool {
  constructor(config: pg.PoolConfig, log: Log) {
    super(config);
    const connect = this.connect;
    this.connect = function (this: OwnPool, ...args: unknown[]) {
      log.note(`own connect of ${args.length}`);
      return (connect as (...args: unknown[]) => unknown).apply(this, args);
    } as typeof connect;
  }
}

export async function onPool(url: string, program: OnPool, log: Log): Promise<void> {
  const config: pg.PoolConfig = { connectionString: url, max: program.max };
  const pool = program.subclass ? new OwnPool(config, log) : new pg.Pool(config);
  const times = new Map<string, number>();
  for (const event of ['connect', 'acquire', 'release'] as const) {
    pool.on(event as 'connect', () => void times.set(event, (times.get(event) ?? 0) + 1));
  }
  pool.on('error', (error) => log.note(`pool error ${log.error(error)}`));
  const counts = (): void => {
    const events = [...times].map(([event, count]) => `${event} ${count}`).sort();
    log.note(
      `total ${pool.totalCount} idle ${pool.idleCount} waiting ${pool.waitingCount}; ${events.join(', ')}`,
    );
  };
  for (const operation of program.operations) {
    log.note(`> ${operation.kind}`);
    await PLACE.run(operation.kind, () => run(pool, operation, log, counts));
    log.noteWatched();
    counts();
  }
  await tried(log, 'end', () => pool.end());
  await tried(log, 'after the end', () => pool.query('select 1'));
  counts();
}

async function run(pool: pg.Pool, operation: PoolOperation, log: Log, counts: () => void): Promise<void> {
  switch (operation.kind) {
    case 'query':
      return tried(log, operation.query.name, () => {
        const returned = call(pool, argumentsOf(operation.query, log));
        counts();
        return returned;
      });
    case 'query callback':
      return calledBack(pool, operation.query, log);
    case 'many':
      return together(calls(pool, operation.query, operation.times), log, pool.options.max === 1, counts);
    case 'checked out':
      return checkedOut(pool, operation.query, log);
    case 'connect callback':
      return connectCallback(pool, operation.query, operation.releaseWithError, log);
    case 'end with work left': {
      let answered = 0;
      for (const call of calls(pool, operation.query, 3))
        void tried(new Log(false), '', () => call(new Log(false))).then(() => answered++);
      counts();
      await tried(log, 'ended early', () => pool.end());
      // Calls that still waited for a connection are never answered by the driver.
      await new Promise((done) => setImmediate(done));
      log.note(`answered ${answered}`);
    }
  }
}

function calls(pool: pg.Pool, query: Query, times: number): ((own: Log) => unknown)[] {
  return Array.from({ length: times }, () => (own) => call(pool, argumentsOf(query, own)));
}

function calledBack(pool: pg.Pool, query: Query, log: Log): Promise<void> {
  return new Promise((done) => {
    const callback = (...args: unknown[]): void => {
      log.moment(`callback of ${args.length}: ${args[0] ? log.error(args[0]) : log.value(args[1])}`);
      done();
    };
    const args = argumentsOf(query, log);
    if (args.length === 1) args.push(undefined);
    log.note(`returned ${String(call(pool, [...args, callback]))}`);
  });
}

async function checkedOut(pool: pg.Pool, query: Query, log: Log): Promise<void> {
  try {
    const client = await pool.connect();
    const notices = (notice: { message: string | undefined }): void => log.note(`notice ${notice.message}`);
    client.on('notice', notices);
    await tried(log, 'begin', () => client.query('begin'));
    await tried(log, query.name, () => call(client, argumentsOf(query, log)));
    await tried(log, 'rollback', () => client.query('rollback'));
    client.off('notice', notices);
    client.release();
  } catch (error) {
    log.note(`no connection: ${log.error(error)}`);
  }
}

function connectCallback(pool: pg.Pool, query: Query, releaseWithError: boolean, log: Log): Promise<void> {
  return new Promise((done) => {
    const connected = function (this: unknown, ...args: unknown[]): void {
      log.note(`connected's this ${(this as object | undefined)?.constructor?.name}`);
      const [error, client, release] = args as [
        Error | undefined,
        pg.PoolClient | undefined,
        (error?: Error) => void,
      ];
      log.moment(`connected with ${args.length}: ${error ? log.error(error) : client?.constructor.name}`);
      if (!client) {
        done();
        return;
      }
      log.note(`release is the client's ${release === client.release}`);
      void tried(log, query.name, () => call(client, argumentsOf(query, log))).then(() => {
        release(releaseWithError ? new Error('not wanted back') : undefined);
        done();
      });
    };
    log.note(`returned ${String(pool.connect(connected as Parameters<typeof pool.connect>[0]))}`);
  });
}

/** All queries at once on one connection in pipeline mode. */
export async function onPipeline(url: string, queries: readonly Query[], log: Log): Promise<void> {
  const client = new pg.Client({ connectionString: url, pipeline: true } as pg.ClientConfig);
  client.on('error', (error) => log.note(`client error ${log.error(error)}`));
  client.on('notice', (notice) => log.note(`notice ${notice.message}`));
  await client.connect();
  await together(
    queries.map((query) => (own) => call(client, argumentsOf(query, own))),
    log,
    true,
  );
  await client.end();
}
