import type { Frame } from '@cowpath/profile';
import type { OnDemand } from '../../hooks/on-demand.ts';
import type { Database } from '../../recorder/database.ts';
import { Observed, type ResultField } from '../../recorder/observed.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { type Calls, frameOf } from './calls.ts';
import { keyText } from './key-text.ts';
import type { PgClient, PgField, PgQuery } from './types.ts';

/** At this message the driver calls nobody back. */
export const NO_CALLER: unique symbol = Symbol('cowpath.no-caller');

/** The frame in which a message's listeners must run; undefined is "outside every context". */
export type Caller = Frame | undefined | typeof NO_CALLER;

/**
 * Hears one connection's messages, ahead of the client's own listeners, and books them to the statement that
 * the client says is active. Row values are read in the database's text form, before any type parser, and
 * only those that may be keys.
 */
export class ConnectionListener {
  readonly database: Database;
  /** Time waited for this connection in a pool since its last statement, milliseconds. */
  wait_ms = 0;
  /**
   * How many calls on this connection are under way whose messages must be heard. While there is none they are not.
   * Too high a count only costs time.
   */
  heard = 0;
  readonly #recorder: Recorder;
  readonly #hooks: OnDemand;
  readonly #calls: Calls;
  readonly #client: PgClient;
  readonly #modern: boolean;
  #current: Observed | null = null;
  /** When the database last began to work for the current statement; 0 while it is suspended (a cursor between reads). */
  #since = 0;
  #lastDone = 0;
  /** Somebody listens to the rows of the statement as they come. */
  #rowsHeard = false;

  /** `hooks`: those through which it hears. */
  constructor(recorder: Recorder, hooks: OnDemand, calls: Calls, database: Database, client: PgClient) {
    this.#recorder = recorder;
    this.#hooks = hooks;
    this.#calls = calls;
    this.database = database;
    this.#client = client;
    this.#modern = '_activeQuery' in client;
  }

  /** A call begins whose messages must be heard; of a connection that is cut there will be none. */
  expect(): void {
    if (this.#client.connection?.stream?.destroyed === true) return;
    if (this.heard++ === 0) this.#hooks.need();
  }

  /** One is over, whose frame `caller` is; of calls that are not heard there was none. */
  #over(caller: Caller): void {
    if (caller !== NO_CALLER) this.#expectOnly(Math.max(0, this.heard - 1));
  }

  /** So many of them are still under way. */
  #expectOnly(count: number): void {
    if (this.heard > 0 && count === 0) this.#hooks.release();
    this.heard = count;
  }

  /** A message is about to be emitted; whose frame its listeners belong to. */
  hear(event: unknown, message: unknown): Caller {
    try {
      switch (event) {
        case 'dataRow':
          if (this.#current !== null) this.#row(message as { fields: readonly unknown[] });
          return this.#rowsHeard ? this.#caller() : NO_CALLER;
        case 'rowDescription':
          this.#described(message as { fields: readonly PgField[] });
          return NO_CALLER;
        case 'commandComplete':
          return this.#complete();
        case 'readyForQuery': {
          const caller = this.#caller();
          if (this.#active() !== null) this.#finish(this.#current!);
          this.#ended(caller);
          return caller;
        }
        case 'portalSuspended': {
          const caller = this.#caller();
          this.#suspended();
          return caller;
        }
        case 'errorMessage': {
          const caller = this.#caller();
          this.#failed();
          // The driver lets go of the query now, before it is ready for the next.
          this.#over(caller);
          return caller;
        }
        case 'end':
          this.#failed();
          this.#expectOnly(0);
          return NO_CALLER;
        case 'copyInResponse':
        case 'copyOutResponse':
        case 'copyData':
        case 'copyDone':
          return this.#caller();
        default:
          return NO_CALLER;
      }
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
      return NO_CALLER;
    }
  }

  /** A statement has been answered in full. Some never are (the driver refused them, or they timed out): where none waits there is none. */
  #ended(caller: Caller): void {
    const client = this.#client;
    const isLast = waitingOn(client)?.length === 0 && (client._sentQueryQueue?.length ?? 0) === 0;
    if (isLast) this.#expectOnly(0);
    else this.#over(caller);
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

  #query(): PgQuery | null | undefined {
    return this.#modern ? this.#client._activeQuery : this.#client.activeQuery;
  }

  #caller(): Caller {
    const query = this.#query();
    const call = query ? this.#calls.of(query) : undefined;
    return call === undefined ? NO_CALLER : frameOf(call);
  }

  /** The statement whose messages are arriving, if it is followed. In pipeline mode several have been sent. */
  #active(): Observed | null {
    const query = this.#query();
    const call = query ? this.#calls.of(query) : undefined;
    // A statement of an earlier session, on a connection that outlived it, is not ours.
    const observed = call instanceof Observed && call.database === this.database ? call : null;
    if (observed !== this.#current) {
      if (observed === null) this.#current = null;
      else this.#start(observed, Math.max(observed.sentAt, this.#lastDone));
    }
    return this.#current;
  }

  #described(message: { fields: readonly PgField[] }): void {
    const observed = this.#active();
    this.#rowsHeard = (this.#query()?.listenerCount?.('row') ?? 0) > 0;
    if (observed === null) return;
    if (observed.results > 0) {
      observed.kept = null;
      observed.values = [];
      return;
    }
    observed.fields = message.fields;
    observed.kept = this.database.keyFields(message.fields, isText);
  }

  #row(message: { fields: readonly unknown[] }): void {
    const observed = this.#current!;
    if (observed.rows++ === 0) observed.firstRowAt = performance.now();
    const { kept, values } = observed;
    const { limits } = this.#recorder;
    if (kept === null || observed.rows > limits.rows_kept_per_statement_max) return;
    const fields = message.fields;
    for (let i = 0; i < kept.length; i++) values.push(keyText(fields[kept[i]!], limits.key_length_max));
  }

  #complete(): Caller {
    const observed = this.#active();
    if (observed !== null) observed.results++;
    const query = this.#query();
    return query && !this.#calls.isDriverQuery(query) ? this.#caller() : NO_CALLER;
  }

  #suspended(): void {
    const observed = this.#active();
    if (observed === null || this.#since === 0) return;
    observed.time_ms += performance.now() - this.#since;
    this.#since = 0;
  }

  #failed(): void {
    const observed = this.#active();
    if (observed === null) return;
    observed.failed = true;
    this.#finish(observed);
  }

  #finish(observed: Observed): void {
    const now = performance.now();
    observed.doneAt = now;
    if (this.#since !== 0) observed.time_ms += now - this.#since;
    this.#since = 0;
    this.#current = null;
    this.#lastDone = now;
    this.#recorder.finish(observed);
  }
}

/** The queries that a client has not sent yet; undefined where it does not tell. */
export function waitingOn(client: PgClient): readonly PgQuery[] | undefined {
  return '_queryQueue' in client ? client._queryQueue : client.queryQueue;
}

/** Binary values are left alone. */
function isText(field: ResultField): boolean {
  return (field as PgField).format !== 'binary';
}
