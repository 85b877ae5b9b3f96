import { extname } from 'node:path';
import type { Catalog } from '../../catalog/catalog.ts';
import { untraced } from '../../hooks/untraced.ts';
import { waitForThread } from '../../hooks/wait-for-thread.ts';
import type { Access, Explained, ExplainRequest } from '../../recorder/database.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { catalogOf } from './catalog.ts';
import { readCatalogRows } from './catalog-rows.ts';
import type { CatalogAnswer, CatalogQuestion } from './catalog-thread.ts';
import { fileOf } from './files.ts';
import {
  ask,
  close,
  connect,
  isCut,
  type OwnClass,
  type OwnClient,
  ownClient,
  type Place,
  placeOf,
  reading,
} from './own-connection.ts';
import type { PgClient } from './types.ts';

/** Beside this file, with the same ending: there is a source and a built one. */
const CATALOG_THREAD = new URL(`./catalog-thread${extname(import.meta.url)}`, import.meta.url);

/** The connection for explaining is closed when nothing was explained for so long. */
const IDLE_MS = 2000;

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

  readCatalogNow(wait_ms: number): Catalog | null {
    const file = fileOf(driverClass(this.#like));
    const place = sendable(placeOf(this.#like));
    if (file === undefined || typeof place.password === 'function') return null;
    const question: CatalogQuestion = { file, place };
    const answer = waitForThread<CatalogQuestion, CatalogAnswer>(CATALOG_THREAD, question, wait_ms);
    if (answer === null) return null;
    if ('because' in answer) throw new Error(answer.because);
    return catalogOf(answer.rows);
  }

  async #readCatalog(): ReturnType<Access['readCatalog']> {
    const client = await this.#connect();
    try {
      return catalogOf(await reading(client, () => readCatalogRows(client)));
    } finally {
      close(client);
    }
  }

  async #explain({ text, parameters, schema }: ExplainRequest): Promise<Explained | null> {
    if (this.#idle) clearTimeout(this.#idle);
    this.#explaining ??= this.#connect();
    const forget = (): void => {
      this.#explaining = null;
    };
    const client = await this.#explaining.catch((error: unknown) => {
      forget();
      throw error;
    });
    try {
      return await reading(client, async () => {
        // The path is set for this transaction only, with the name passed as data.
        if (schema !== null) {
          await ask(client, `select set_config('search_path', quote_ident($1) || ', public', true)`, [
            schema,
          ]);
        }
        const { rows } = await ask(client, `explain (analyze, buffers, format json) ${text}`, parameters);
        const plan = (rows[0]?.['QUERY PLAN'] as Record<string, unknown>[] | undefined)?.[0];
        if (!plan) return null;
        return {
          plan: plan['Plan'],
          planning_ms: Number(plan['Planning Time'] ?? 0),
          execution_ms: Number(plan['Execution Time'] ?? 0),
        };
      });
    } catch {
      // A statement that only runs in its own session (temporary tables, settings) has no plan here.
      return null;
    } finally {
      if (isCut(client)) forget();
      else {
        this.#idle = setTimeout(() => {
          forget();
          close(client);
        }, IDLE_MS).unref();
      }
    }
  }

  async #connect(): Promise<OwnClient> {
    const like = this.#like;
    await passwordKnown(like);
    const client = ownClient(driverClass(like), placeOf(like));
    this.#recorder.own(client);
    await connect(client, Object.hasOwn(like, 'release'));
    return client;
  }
}

/** The driver's own class: a subclass of the program's may do things that our connections must not cause. */
function driverClass(like: PgClient): OwnClass {
  type Prototype = { readonly constructor: unknown };
  const own: Prototype = Object.getPrototypeOf(like);
  let at: Prototype | null = own;
  while (at !== null && !Object.hasOwn(at, '_pulseQueryQueue')) at = Object.getPrototypeOf(at);
  return (at ?? own).constructor as OwnClass;
}

/** The driver hides the key of a certificate from whoever lists the settings; without it they are not whole. */
function sendable(place: Place): Place {
  const { ssl } = place;
  if (typeof ssl !== 'object' || ssl === null || !('key' in ssl)) return place;
  return { ...place, ssl: { ...ssl, key: ssl.key } };
}

/** A function that gives the password is the program's to call: its client keeps the answer once connected. */
async function passwordKnown({ password, connection }: PgClient): Promise<void> {
  if (typeof password !== 'function' || !connection) return;
  await new Promise<void>((known, failed) => {
    connection.once('readyForQuery', () => known());
    connection.once('end', () => failed(new Error('the program did not get connected')));
  });
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
