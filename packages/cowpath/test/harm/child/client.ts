import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import copy from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import type { Operation, Program, Query } from '../programs/program.ts';
import { argumentsOf, asked } from './call.ts';
import { Log, PLACE } from './log.ts';

type OnClient = Extract<Program, { on: 'client' }>;
type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

/** Runs operations one after another on a client of their own, and notes all that the client shows. */
export async function onClient(url: string, program: OnClient, log: Log): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    ...(program.binary ? { binary: true } : {}),
  } as pg.ClientConfig);
  hear(client, log);
  await client.connect();
  for (const operation of program.operations) {
    log.note(`> ${operation.kind}`);
    await PLACE.run(operation.kind, () => run(client, operation, url, log));
    await ready(client);
    log.noteWatched();
    log.note(`transaction status ${(client as unknown as { _txStatus: unknown })._txStatus}`);
  }
  await client.end();
  log.note(`listeners ${client.eventNames().map((name) => `${String(name)} ${client.listenerCount(name)}`)}`);
}

export function hear(client: pg.Client, log: Log): void {
  client.on('error', (error) => log.moment(`client error ${log.error(error)}`));
  client.on('end', () => log.moment('client end'));
  // What arrives by itself comes in a packet of its own or in one with others: no moments.
  client.on('notice', (notice) => log.note(`notice ${notice.severity} ${notice.message}`));
  client.on('notification', ({ channel, payload }) => log.note(`notification ${channel} ${payload}`));
}

async function run(client: pg.Client, operation: Operation, url: string, log: Log): Promise<void> {
  switch (operation.kind) {
    case 'promise':
      return promised(client, operation.query, log);
    case 'callback':
      return calledBack(client, operation.query, log);
    case 'row events':
      return rowEvents(client, operation.query, log);
    case 'unheard':
      void call(client, argumentsOf(operation.query, log));
      return settle(client, log);
    case 'not awaited':
      return notAwaited(client, operation.queries, log);
    case 'cursor':
      return cursor(client, operation, log);
    case 'stream':
      return stream(client, operation, log);
    case 'copy in':
      return copyIn(client, operation, log);
    case 'copy out':
      return copyOut(client, log);
    case 'notify':
      await tried(log, 'listen', () => client.query('listen harm'));
      return tried(log, 'notify', () => client.query(`notify harm, 'payload'`));
    case 'cancel':
      return cancel(client, url, log);
    case 'timeout':
      await tried(log, 'timeout', () => call(client, [{ text: 'select pg_sleep(0.4)', query_timeout: 20 }]));
      return settle(client, log);
    case 'throwing callback':
      client.query('select 1 as one', () => {
        log.moment('callback throws');
        throw new Error('thrown by a callback');
      });
      return settle(client, log);
    case 'bad call':
      return badCalls(client, log);
    case 'lost':
      await tried(log, 'lost', () => client.query('select pg_terminate_backend(pg_backend_pid())'));
      return new Promise((done) => setTimeout(done, 10));
    case 'transaction':
      return transaction(client, operation, url, log);
  }
}

/** `client.query` with whatever arguments, as JavaScript may call it. */
export function call(client: pg.ClientBase | pg.Pool, args: readonly unknown[]): unknown {
  return (client.query as (...args: readonly unknown[]) => unknown)(...args);
}

/** Notes how something ended. */
export async function tried(log: Log, what: string, fn: () => unknown): Promise<void> {
  try {
    const result = fn();
    log.note(`${what} returned ${result === undefined ? 'nothing' : (result as object).constructor.name}`);
    log.moment(`${what}: ${log.value(await result)}`);
  } catch (error) {
    log.moment(`${what} failed: ${log.error(error)}`);
  }
}

/** Waits until all that was sent before is answered. */
async function settle(client: pg.Client, log: Log): Promise<void> {
  await ready(client);
  await tried(log, 'settled', () => client.query('select 1 as settled'));
  await new Promise((done) => setImmediate(done));
}

async function promised(client: pg.Client, query: Query, log: Log): Promise<void> {
  let microtasks = 0;
  const count = (): void => {
    if (++microtasks < 20) queueMicrotask(count);
  };
  // The client drains as it answers, after an error not always: that may come in a packet of its own.
  client.once('drain', count);
  await tried(log, query.name, () => {
    const returned = call(client, argumentsOf(query, log));
    const answered = (): void => log.note(`answered after ${microtasks} microtasks`);
    if (returned instanceof Promise) returned.then(answered, () => {});
    return returned;
  });
  client.off('drain', count);
}

async function calledBack(client: pg.Client, query: Query, log: Log): Promise<void> {
  await new Promise<void>((done) => {
    const callback = function (this: unknown, ...args: unknown[]): void {
      const [error, result] = args;
      log.moment(`callback of ${args.length}: ${error ? log.error(error) : log.value(result)}`);
      log.note(`callback's this ${(this as object | undefined)?.constructor?.name}`);
      done();
    };
    try {
      log.note(`returned ${String(call(client, [...argumentsOf(query, log), callback]))}`);
    } catch (error) {
      log.note(`threw ${log.error(error)}`);
      done();
    }
  });
}

async function rowEvents(client: pg.Client, query: Query, log: Log): Promise<void> {
  const [config, values] = argumentsOf(query, log);
  const sent = new pg.Query(config as pg.QueryConfig, values as unknown[]);
  sent.on('row', (row) => log.note(`row ${log.value(row)}`));
  const ended = Promise.race([once(sent, 'end'), new Promise((done) => sent.on('error', done))]);
  sent.on('error', (error) => log.moment(`query error ${log.error(error)}`));
  sent.on('end', (result) => log.moment(`query end ${log.value(result)}`));
  log.note(`returned itself ${client.query(sent) === sent}`);
  await ended.catch(() => {});
}

/** Calls that queue up in the client, as ORMs without a pool make them. */
async function notAwaited(client: pg.Client, queries: readonly Query[], log: Log): Promise<void> {
  await together(
    queries.map((query) => (own) => call(client, argumentsOf(query, own))),
    log,
    true,
  );
}

/** Calls made at once, each noted by itself; and the order in which they are answered, where that is one connection's. */
export async function together(
  calls: readonly ((own: Log) => unknown)[],
  log: Log,
  ordered: boolean,
  called: () => void = () => {},
): Promise<void> {
  const order: number[] = [];
  const own = calls.map(() => new Log(false));
  const all = calls.map(async (one, i) => {
    await tried(own[i]!, `${i}`, () => one(own[i]!));
    order.push(i);
  });
  called();
  await Promise.all(all);
  for (const one of own) one.noteWatched();
  for (const { lines } of own) for (const line of lines) log.note(line);
  if (ordered) log.note(`in order ${order.join()}`);
}

/** After an error the connection's "ready" may come in the same packet or in the next. */
async function ready(client: pg.Client): Promise<void> {
  const { connection } = client as unknown as { connection: { stream: { destroyed: boolean } } };
  const state = client as unknown as { readyForQuery: boolean; _queryable: boolean };
  while (!state.readyForQuery && state._queryable && !connection.stream.destroyed) {
    await new Promise((done) => setImmediate(done));
  }
  await new Promise((done) => setImmediate(done));
}

async function cursor(client: pg.Client, { query, reads, close }: Of<'cursor'>, log: Log): Promise<void> {
  const { text, values } = asked(query, log);
  if (values !== undefined && !Array.isArray(values)) return;
  try {
    const opened = client.query(new Cursor(text, values)) as Cursor & NodeJS.EventEmitter;
    opened.on('row', () => log.note('cursor row'));
    let failed = false;
    opened.on('error', () => {
      failed = true;
    });
    for (const rows of reads) await tried(log, `read ${rows}`, () => opened.read(rows));
    // Closing a cursor whose statement failed is never answered by the driver.
    if (failed) log.note('cursor failed');
    else if (close) await tried(log, 'close', () => opened.close());
    else await tried(log, 'read all', () => opened.read(1000));
  } catch (error) {
    log.note(`cursor threw ${log.error(error)}`);
  }
  await settle(client, log);
}

async function stream(
  client: pg.Client,
  { query, batch, destroyAfter }: Of<'stream'>,
  log: Log,
): Promise<void> {
  const { text, values } = asked(query, log);
  if (values !== undefined && !Array.isArray(values)) return;
  try {
    const rows = client.query(new QueryStream(text, values, { batchSize: batch }));
    let read = 0;
    for await (const row of rows) {
      log.note(`streamed ${log.value(row)}`);
      if (++read === destroyAfter) break;
    }
    log.moment('stream over');
  } catch (error) {
    log.moment(`stream failed ${log.error(error)}`);
  }
  await settle(client, log);
}

async function copyIn(client: pg.Client, { rows, fail }: Of<'copy in'>, log: Log): Promise<void> {
  const into = client.query(copy.from('copy thing (owner_id, name) from stdin'));
  const lines = Array.from(
    { length: rows },
    (_, i) => `${fail && i === rows - 1 ? 'x' : i % 5}\tcopied ${i}\n`,
  );
  await tried(log, 'copy in', () => pipeline(Readable.from(lines), into));
  log.note(`copied ${into.rowCount}`);
}

async function copyOut(client: pg.Client, log: Log): Promise<void> {
  await tried(log, 'copy out', async () => {
    let bytes = '';
    for await (const chunk of client.query(copy.to('copy (select * from owner order by id) to stdout')))
      bytes += chunk;
    return bytes;
  });
}

async function cancel(client: pg.Client, url: string, log: Log): Promise<void> {
  const pid = (client as unknown as { processID: number }).processID;
  const other = new pg.Client(url);
  await other.connect();
  const sleeping = tried(log, 'cancelled', () => client.query('select pg_sleep(20)'));
  const isSleeping = `select pg_cancel_backend(pid) from pg_stat_activity where pid = $1 and query like '%pg_sleep%' and state = 'active'`;
  let over = false;
  void sleeping.then(() => {
    over = true;
  });
  while (!over && (await other.query(isSleeping, [pid])).rowCount === 0)
    await new Promise((done) => setTimeout(done, 2));
  await sleeping;
  await other.end();
}

async function badCalls(client: pg.Client, log: Log): Promise<void> {
  for (const args of [
    [null],
    [undefined],
    [{}],
    [''],
    [42],
    ['select 1', [], 'no function'],
    [{ text: 7 }],
    [{ name: 'only' }],
  ]) {
    await tried(log, `bad call ${log.value(args)}`, () => call(client, args));
  }
}

async function transaction(
  client: pg.Client,
  operation: Of<'transaction'>,
  url: string,
  log: Log,
): Promise<void> {
  await tried(log, 'begin', () => client.query('begin'));
  if (operation.end === 'savepoint') await tried(log, 'savepoint', () => client.query('savepoint here'));
  for (const inner of operation.operations) {
    await run(client, inner, url, log);
    await ready(client);
  }
  if (operation.end === 'savepoint')
    await tried(log, 'rollback to', () => client.query('rollback to savepoint here'));
  await tried(log, 'end', () => client.query(operation.end === 'rollback' ? 'rollback' : 'commit'));
}
