import { untraced } from '../../hooks/untraced.ts';
import type { Access, Explained, ExplainRequest } from '../../recorder/database.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { readCatalog } from './catalog.ts';
import type { AnyClass, PgClient } from './types.ts';

/** Cowpath's own connections give up after so long, and let their statements run no longer. */
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 5000;
/** The connection for explaining is closed when nothing was explained for so long. */
const IDLE_MS = 2000;

interface OwnClient extends PgClient {
  connect(): Promise<void>;
  end(): Promise<void>;
  unref?(): void;
  query(config: { text: string; values?: readonly unknown[] }): Promise<{ rows: Record<string, unknown>[] }>;
}

/** Opens connections of Cowpath's own to the database of a client of the program's, with the same copy of node-postgres. */
export class PgAccess implements Access {
  readonly #recorder: Recorder;
  readonly #like: PgClient;
  #explaining: Promise<OwnClient> | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(recorder: Recorder, like: PgClient) {
    this.#recorder = recorder;
    this.#like = like;
  }

  readCatalog(): ReturnType<Access['readCatalog']> {
    return untraced(() => this.#readCatalog());
  }

  explain(request: ExplainRequest): Promise<Explained | null> {
    return untraced(() => this.#explain(request));
  }

  async #readCatalog(): ReturnType<Access['readCatalog']> {
    const client = await this.#connect();
    try {
      await begin(client);
      return await readCatalog(
        async (text, values) => (await client.query({ text, values: values ?? [] })).rows,
      );
    } finally {
      await leave(client);
      close(client);
    }
  }

  async #explain({ text, parameters, schema }: ExplainRequest): Promise<Explained | null> {
    if (this.#idle) clearTimeout(this.#idle);
    this.#explaining ??= this.#connect();
    const client = await this.#explaining.catch((error: unknown) => {
      this.#explaining = null;
      throw error;
    });
    try {
      await begin(client);
      // The path is set for this transaction only, with the name passed as data.
      if (schema !== null) {
        await client.query({
          text: `select set_config('search_path', quote_ident($1) || ', public', true)`,
          values: [schema],
        });
      }
      const { rows } = await client.query({
        text: `explain (analyze, buffers, format json) ${text}`,
        values: parameters,
      });
      const plan = (rows[0]?.['QUERY PLAN'] as Record<string, unknown>[] | undefined)?.[0];
      if (!plan) return null;
      return {
        plan: plan['Plan'],
        planning_ms: Number(plan['Planning Time'] ?? 0),
        execution_ms: Number(plan['Execution Time'] ?? 0),
      };
    } catch {
      // A statement that only runs in its own session (temporary tables, settings) has no plan here.
      return null;
    } finally {
      await leave(client);
      this.#idle = setTimeout(() => {
        this.#explaining = null;
        close(client);
      }, IDLE_MS).unref();
    }
  }

  async #connect(): Promise<OwnClient> {
    const like = this.#like;
    await passwordKnown(like);
    const Client = driverClass(like);
    const client = new Client({
      host: like.host,
      port: like.port,
      user: like.user,
      database: like.database,
      password: like.password,
      ssl: like.ssl,
      application_name: 'cowpath',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + 1000,
    });
    this.#recorder.own(client);
    // The program may end at any time; a broken connection of ours is nobody's error.
    client.on('error', () => {});
    const connecting = client.connect();
    client.connection?.stream?.unref?.();
    await connecting;
    client.unref?.();
    return client;
  }
}

/** Reads only, and not for long. The timeout is set here because PgBouncer refuses it when connecting. */
async function begin(client: OwnClient): Promise<void> {
  await client.query({ text: 'begin transaction read only' });
  await client.query({ text: `set local statement_timeout = ${STATEMENT_TIMEOUT_MS}` });
}

/**
 * Behind PgBouncer the server's connection lives on: it must not be left in a transaction, nor with our name
 * on it, which the next program to use it would go by if it gives none of its own.
 */
async function leave(client: OwnClient): Promise<void> {
  await client.query({ text: 'rollback; reset application_name' }).catch(() => {});
}

/** The driver's own class: a subclass of the program's may do things that our connections must not cause. */
function driverClass(like: PgClient): AnyClass & (new (config: object) => OwnClient) {
  type Prototype = { readonly constructor: unknown };
  const own: Prototype = Object.getPrototypeOf(like);
  let at: Prototype | null = own;
  while (at !== null && !Object.hasOwn(at, '_pulseQueryQueue')) at = Object.getPrototypeOf(at);
  return (at ?? own).constructor as AnyClass & (new (config: object) => OwnClient);
}

/** A function that gives the password is the program's to call: its client keeps the answer once connected. */
async function passwordKnown({ password, connection }: PgClient): Promise<void> {
  if (typeof password !== 'function' || !connection) return;
  await new Promise<void>((known, failed) => {
    connection.once('readyForQuery', () => known());
    connection.once('end', () => failed(new Error('the program did not get connected')));
  });
}

function close(client: OwnClient): void {
  client.end().catch(() => {});
}

/** How a client's database is told from others: where it is, and its name. */
export function accessOf(
  recorder: Recorder,
  client: object,
): { key: string; name: string; access: Access } | null {
  const { host, port, database, user } = client as PgClient;
  const name = database ?? user ?? 'postgres';
  return {
    key: `${name}@${host ?? 'localhost'}:${port ?? 5432}`,
    name,
    access: new PgAccess(recorder, client as PgClient),
  };
}
