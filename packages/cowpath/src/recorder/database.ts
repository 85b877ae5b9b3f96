import { runInFrame } from '@cowpath/profile';
import { Catalog } from '../catalog/catalog.ts';
import type { ResultField } from './observed.ts';

/** How the recorder talks to a database on a connection of its own; each driver has one. */
export interface Access {
  readCatalog(): Promise<Catalog>;
  /** As `readCatalog`, with the program's thread at rest until it has been read. Null when that cannot be had. */
  readCatalogNow(wait_ms: number): Catalog | null;
  /** Explains one read-only statement with its parameters in text form; null when it cannot. */
  explain(statement: ExplainRequest): Promise<Explained | null>;
}

export interface ExplainRequest {
  readonly text: string;
  readonly parameters: readonly (string | null)[];
  /** The schema in which unqualified names of the statement were found. */
  readonly schema: string | null;
}

/** What `explain (analyze, buffers, format json)` said: the parsed JSON of one plan. */
export interface Explained {
  readonly plan: unknown;
  readonly planning_ms: number;
  readonly execution_ms: number;
}

/** What is known of a database's schema. `reading`: wait. `denied`: the catalog cannot be had; go by names. */
export type CatalogState = 'unread' | 'reading' | 'known' | 'denied';

/** Columns that look like keys by their name, for when no catalog says. */
const KEY_NAME = /^id$|(_|^)(id|uuid|guid|key|code)$|[a-z](Id|ID|Uuid)$/;

const FIELDS_KEPT_MAX = 32;
/** After how long a catalog that could not be read is tried again, and how often a changed schema is looked at. */
const RETRY_AFTER_MS = 60_000;
const REREAD_AFTER_MS = 1000;

/** One database that the program uses: a server and a database name. */
export class Database {
  /** Its name, unless the program connects to several databases of that name. */
  readonly alias: string;
  readonly access: Access;
  state: CatalogState = 'unread';
  catalog: Catalog = new Catalog([], []);
  /** Resolves when a reading under way is over. */
  reading: Promise<void> | null = null;
  /** Why the catalog was denied. */
  because: string | null = null;
  /** Grows with every catalog, so that what was resolved under an older one is resolved again. */
  epoch = 0;
  #lastTry = 0;
  #rereading: NodeJS.Timeout | null = null;

  constructor(alias: string, access: Access) {
    this.alias = alias;
    this.access = access;
  }

  /** Positions of the columns whose values may be keys. Called for every result: must be cheap. */
  keyFields(
    fields: readonly ResultField[],
    readable: (field: ResultField) => boolean,
  ): readonly number[] | null {
    const kept: number[] = [];
    const known = this.state === 'known';
    let stale = false;
    for (let i = 0; i < fields.length && kept.length < FIELDS_KEPT_MAX; i++) {
      const field = fields[i]!;
      if (field.tableID === 0) {
        // An expression, or a column of a UNION or a recursive query: the statement's own text will tell.
        if (KEY_NAME.test(field.name) && readable(field)) kept.push(i);
      } else if (known && this.catalog.knows(field.tableID, field.columnID)) {
        if (this.catalog.isKeyColumn(field.tableID, field.columnID) && readable(field)) kept.push(i);
      } else {
        if (known) stale = true;
        if (KEY_NAME.test(field.name) && readable(field)) kept.push(i);
      }
    }
    if (stale) this.changed();
    return kept.length > 0 ? kept : null;
  }

  /** The schema is not what the catalog says: it is read again, at most once a second. */
  changed(): void {
    if (this.state !== 'known' || this.#rereading) return;
    const wait = Math.max(0, this.#lastTry + REREAD_AFTER_MS - performance.now());
    this.#rereading = runInFrame(undefined, () =>
      setTimeout(() => {
        this.#rereading = null;
        void this.read();
      }, wait).unref(),
    );
  }

  /** Lets go of the timer. */
  stop(): void {
    if (this.#rereading) clearTimeout(this.#rereading);
    this.#rereading = null;
  }

  /** Reads the catalog unless that is under way, or has failed lately. Never rejects. */
  read(): Promise<void> {
    const now = performance.now();
    if (this.reading) return this.reading;
    if (this.state === 'denied' && now - this.#lastTry < RETRY_AFTER_MS) return Promise.resolve();
    this.#lastTry = now;
    if (this.state === 'unread') this.state = 'reading';
    this.reading = this.access
      .readCatalog()
      .then(
        (catalog) => this.#read(catalog),
        (error: unknown) => {
          // A catalog known from before is better than none.
          if (this.state !== 'known') this.state = 'denied';
          this.because = error instanceof Error ? error.message : String(error);
        },
      )
      .finally(() => {
        this.reading = null;
      });
    return this.reading;
  }

  /** The process is ending: what is still being read is read now, for so long at most. Never throws. */
  readNow(wait_ms: number): void {
    if (this.state !== 'reading') return;
    try {
      const catalog = this.access.readCatalogNow(wait_ms);
      if (catalog) this.#read(catalog);
    } catch (error) {
      this.because = error instanceof Error ? error.message : String(error);
    }
  }

  /** The process is ending and nobody can wait any more. */
  giveUp(): void {
    if (this.state === 'unread' || this.state === 'reading') {
      this.state = 'denied';
      this.because ??= 'the program ended before the catalog was read';
    }
  }

  /** Adds what a statement taught about tables that the catalog did not name. */
  learn(catalog: Catalog): void {
    this.catalog = catalog;
    this.epoch++;
  }

  #read(catalog: Catalog): void {
    this.catalog = catalog;
    this.epoch++;
    this.state = 'known';
    this.because = null;
  }
}
