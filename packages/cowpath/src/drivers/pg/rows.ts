import type { Database } from '../../recorder/database.ts';
import type { Observed, ResultField } from '../../recorder/observed.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { keyText } from './key-text.ts';
import type { PgClient, PgConnection, PgField, PgQuery } from './types.ts';

/**
 * Listens to one connection's messages, ahead of the client's own listeners, and books them to the
 * statement that the client says is active. Row values are read in the database's text form, before any
 * type parser, and only those that may be keys.
 */
export class RowListener {
  readonly database: Database;
  /** Time waited for this connection in a pool since its last statement, milliseconds. */
  wait_ms = 0;
  readonly #recorder: Recorder;
  readonly #client: PgClient;
  readonly #find: (query: PgQuery) => Observed | undefined;
  readonly #modern: boolean;
  #current: Observed | null = null;
  /** When the database last began to work for the current statement; 0 while it is suspended (a cursor between reads). */
  #since = 0;

  constructor(
    recorder: Recorder,
    database: Database,
    client: PgClient,
    find: (query: PgQuery) => Observed | undefined,
  ) {
    this.#recorder = recorder;
    this.database = database;
    this.#client = client;
    this.#find = find;
    this.#modern = '_activeQuery' in client;
  }

  /** Begins to listen; returns the way to stop. */
  attach(connection: PgConnection): () => void {
    const heard = Object.entries({
      rowDescription: this.#guarded(this.#described),
      dataRow: this.#guarded(this.#row),
      portalSuspended: this.#guarded(this.#suspended),
      commandComplete: this.#guarded(this.#complete),
      errorMessage: this.#guarded(this.#failed),
      readyForQuery: this.#guarded(this.#ready),
      end: this.#guarded(this.#failed),
    });
    for (const [event, listener] of heard) connection.prependListener(event, listener);
    return () => {
      for (const [event, listener] of heard) connection.removeListener(event, listener);
    };
  }

  /** The statement whose caller the driver is about to call back; null when there is none, or no row listener. */
  calledBy(row: boolean): Observed | null {
    if (row && !this.#rowsHeard) return null;
    const query = this.#modern ? this.#client._activeQuery : this.#client.activeQuery;
    return query ? (this.#find(query) ?? null) : null;
  }

  /** The statement went out on this connection. */
  sent(observed: Observed): void {
    const now = performance.now();
    observed.sentAt = now;
    observed.wait_ms += now - observed.issuedAt;
    if (this.#current === null) this.#start(observed, now);
  }

  /** More rows of a suspended portal were asked for. */
  resumed(): void {
    if (this.#current !== null && this.#since === 0) this.#since = performance.now();
  }

  #start(observed: Observed, now: number): void {
    this.#current = observed;
    this.#since = now;
  }

  /** The statement whose messages are arriving. In pipeline mode several have been sent. */
  #active(): Observed | null {
    const query = this.#modern ? this.#client._activeQuery : this.#client.activeQuery;
    const observed = query ? (this.#find(query) ?? null) : null;
    if (observed !== this.#current) {
      if (observed === null) this.#current = null;
      else this.#start(observed, Math.max(observed.sentAt, this.#lastDone));
    }
    return this.#current;
  }

  #lastDone = 0;
  #rowsHeard = false;

  readonly #described = (message: { fields: readonly PgField[] }): void => {
    const observed = this.#active();
    const query = this.#modern ? this.#client._activeQuery : this.#client.activeQuery;
    this.#rowsHeard = (query?.listenerCount?.('row') ?? 0) > 0;
    if (observed === null) return;
    if (observed.results > 0) {
      observed.kept = null;
      observed.values = [];
      return;
    }
    observed.fields = message.fields;
    observed.kept = this.database.keyFields(message.fields, isText);
  };

  readonly #row = (message: { fields: readonly unknown[] }): void => {
    const observed = this.#current ?? this.#active();
    if (observed === null) return;
    if (observed.rows++ === 0) observed.firstRowAt = performance.now();
    const kept = observed.kept;
    if (kept === null || observed.rows > this.#recorder.limits.rows_kept_per_statement_max) return;
    const fields = message.fields;
    for (let i = 0; i < kept.length; i++) {
      observed.values.push(keyText(fields[kept[i]!], this.#recorder.limits.key_length_max));
    }
  };

  readonly #suspended = (): void => {
    const observed = this.#active();
    if (observed === null || this.#since === 0) return;
    observed.time_ms += performance.now() - this.#since;
    this.#since = 0;
  };

  readonly #complete = (): void => {
    const observed = this.#active();
    if (observed === null) return;
    observed.results++;
  };

  readonly #failed = (): void => {
    const observed = this.#active();
    if (observed === null) return;
    observed.failed = true;
    this.#finish(observed);
  };

  readonly #ready = (): void => {
    const observed = this.#active();
    if (observed !== null) this.#finish(observed);
  };

  #finish(observed: Observed): void {
    const now = performance.now();
    observed.doneAt = now;
    if (this.#since !== 0) observed.time_ms += now - this.#since;
    this.#since = 0;
    this.#current = null;
    this.#lastDone = now;
    this.#recorder.finish(observed);
  }

  #guarded<M>(listener: (message: M) => void): (message: M) => void {
    const guard = this.#recorder.guard;
    return (message) => {
      try {
        listener(message);
      } catch (error) {
        guard.failed('COWPATH_RECORDER_FAILED', error);
      }
    };
  }
}

/** Binary values are left alone. */
function isText(field: ResultField): boolean {
  return (field as PgField).format !== 'binary';
}
