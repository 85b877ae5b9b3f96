import { callOwn } from '../../recorder/passing.ts';
import type { AnyClass, PgClient } from './types.ts';

/** Cowpath's own connections give up after so long, and let the server run their statements no longer. */
const CONNECT_MS_MAX = 5000;
const STATEMENT_MS_MAX = 5000;
/** For a server that says nothing more: the longest for which a transaction of ours is waited for. */
const TRANSACTION_MS_MAX = 20_000;

/** A connection of Cowpath's own. */
export interface OwnClient extends PgClient {
  connect(connected: (error: Error | null | undefined) => void): void;
  end(): Promise<void>;
  unref?(): void;
  release?: () => void;
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

export type OwnClass = AnyClass & (new (config: object) => OwnClient);

/** Where a client of the program's is connected and as whom. */
export interface Place {
  readonly host: string | undefined;
  readonly port: number | string | undefined;
  readonly user: string | undefined;
  readonly database: string | undefined;
  readonly password: unknown;
  readonly ssl: unknown;
}

export function placeOf({ host, port, user, database, password, ssl }: PgClient): Place {
  return { host, port, user, database, password, ssl };
}

/** A client for the same place, not yet connected. Its errors are nobody's: the program may end at any time. */
export function ownClient(Client: OwnClass, place: Place): OwnClient {
  // Not with the driver's own time limits: their timers would keep the program alive.
  const client = new Client({ ...place, application_name: 'cowpath' });
  client.on('error', () => {});
  return client;
}

/** Asks on a connection of ours, which is not counted among the program's statements. */
export function ask(
  client: OwnClient,
  text: string,
  values?: readonly unknown[],
): Promise<{ rows: Record<string, unknown>[] }> {
  return callOwn(() => client.query(text, values));
}

/**
 * Connects; neither the connection nor the wait for it keeps the program alive.
 *
 * `pooled`: the program's clients come from a pool, which hangs `release` on them as soon as they are connected. So does
 * ours have it, from the same moment: V8 compiles the driver's code for up to four hidden classes of clients, those of a
 * pool go through four, and any more would make that code slower for as long as the program lives.
 */
export async function connect(client: OwnClient, pooled: boolean): Promise<void> {
  await within(CONNECT_MS_MAX, client, () => {
    const connecting = new Promise<void>((connected, failed) => {
      client.connect((error) => {
        if (error) return failed(error);
        if (pooled) client.release = released;
        connected();
      });
    });
    client.connection?.stream?.unref?.();
    return connecting;
  });
  client.unref?.();
}

/** Ours are given back to nobody. */
function released(): void {}

/**
 * Behind PgBouncer the server's connection lives on: it must not be left in a transaction, nor with our name
 * on it, which the next program to use it would go by if it gives none of its own.
 */
async function leave(client: OwnClient): Promise<void> {
  await ask(client, 'rollback; reset application_name').catch(() => {});
}

export function close(client: OwnClient): void {
  client.end().catch(() => {});
}

/** Whether the connection is over, by whichever side. */
export function isCut(client: OwnClient): boolean {
  return client.connection?.stream?.destroyed === true;
}

/** Runs what only reads in a transaction of its own, which does not last long. The limit is set here because PgBouncer refuses it when connecting. */
export async function reading<T>(client: OwnClient, work: () => Promise<T>): Promise<T> {
  return within(TRANSACTION_MS_MAX, client, async () => {
    try {
      await ask(client, 'begin transaction read only');
      await ask(client, `set local statement_timeout = ${STATEMENT_MS_MAX}`);
      return await work();
    } finally {
      await leave(client);
    }
  });
}

/**
 * The rows of a query of ours, whose columns are texts, numbers, booleans and arrays of them. They come as JSON in one
 * column: the code that makes rows is the program's as well as ours, V8 compiles it for the few shapes of rows that it
 * meets, and each of our queries would be one more.
 */
export async function rowsOf(
  client: OwnClient,
  text: string,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const { rows } = await ask(
    client,
    `select coalesce(json_agg(q), '[]')::text as rows from (${text}) q`,
    values,
  );
  return JSON.parse(String(rows[0]?.['rows'])) as Record<string, unknown>[];
}

/** Cuts the connection off when the work takes longer: what waits for an answer then fails. */
async function within<T>(ms: number, client: OwnClient, work: () => Promise<T>): Promise<T> {
  const limit = setTimeout(() => client.connection?.stream?.destroy?.(), ms).unref();
  try {
    return await work();
  } finally {
    clearTimeout(limit);
  }
}
