import { currentFrame, runInFrame } from '@cowpath/profile';
import { wrap } from '../../hooks/wrap.ts';
import type { Observed } from '../../recorder/observed.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { keyText } from './key-text.ts';
import { RowListener } from './rows.ts';
import type { AnyClass, BindConfig, PgClient, PgConnection, PgQuery } from './types.ts';

/** Messages at which the driver calls back, or hands on what it read. `dataRow` only to listeners for rows. */
const CALLS_BACK: ReadonlySet<unknown> = new Set([
  ...['readyForQuery', 'errorMessage', 'portalSuspended', 'commandComplete', 'dataRow'],
  ...['copyInResponse', 'copyOutResponse', 'copyData', 'copyDone'],
]);

/**
 * Observes `Client.query` of one copy of node-postgres. Nothing that the program sees is touched: the call
 * goes through with its own arguments and result; what comes back is read from the connection's events,
 * beside the client's own listeners.
 */
export class ClientHooks {
  readonly #recorder: Recorder;
  readonly #observed = new WeakMap<object, Observed>();
  readonly #listeners = new WeakMap<PgConnection, RowListener>();
  /** How to stop listening to each connection that is open. */
  readonly #attached = new Set<() => void>();
  readonly #submitting = new WeakSet<object>();
  readonly #binding = new WeakSet<object>();
  /** The statement whose `Client.query` call is under way, until its query object is known. */
  #starting: Observed | null = null;
  /** The statement whose parameters are being serialised. */
  #sending: Observed | null = null;
  #mapper: BindConfig['valueMapper'];

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Observes a class of clients; doing so again does nothing. */
  hook(Client: AnyClass & { Query?: AnyClass }): void {
    const prototype = Client.prototype as PgClient;
    const hooks = this;
    wrap(
      prototype,
      'query',
      (original) =>
        function query(this: PgClient, ...args: unknown[]): unknown {
          const observed = hooks.#begin(this, args[0], args[1]);
          if (observed === null) return original.apply(this, args);
          const outer = hooks.#starting;
          hooks.#starting = observed;
          try {
            return original.apply(this, args);
          } finally {
            if (hooks.#starting === observed) hooks.#queued(this, observed);
            hooks.#starting = outer;
          }
        },
    );
    if (Client.Query) {
      this.#hookSubmit(Client.Query.prototype);
      this.#hookError(Client.Query.prototype);
    }
  }

  /** Lets go of every connection. */
  detach(): void {
    for (const detach of this.#attached) detach();
    this.#attached.clear();
  }

  /** Connections waited for in a pool: counted to the next statement on the client. */
  waited(client: PgClient, wait_ms: number): void {
    const listener = this.#attach(client);
    if (listener) listener.wait_ms += wait_ms;
  }

  #begin(client: PgClient, config: unknown, values: unknown): Observed | null {
    try {
      const recorder = this.#recorder;
      if (!recorder.active || recorder.isOwn(client)) return null;
      const listener = this.#attach(client);
      if (!listener) return null;
      const submittable = isSubmittable(config);
      const text = typeof config === 'string' ? config : textOf(config);
      if (text === null) return null;
      const observed = recorder.begin(listener.database, currentFrame(), text);
      observed.wait_ms = listener.wait_ms;
      listener.wait_ms = 0;
      if (submittable) {
        observed.parameters = plainParameters(
          (config as PgQuery).values ?? cursorValues(config),
          recorder.limits.key_length_max,
        );
        this.#observed.set(config, observed);
        this.#hookSubmit(Object.getPrototypeOf(config));
      } else if (values === undefined && typeof config === 'string') {
        observed.parameters = NONE;
      }
      return observed;
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
      return null;
    }
  }

  /** The call returned and its query was not sent at once: it is the last in the client's queue, or was refused. */
  #queued(client: PgClient, observed: Observed): void {
    try {
      const queue = '_queryQueue' in client ? client._queryQueue : client.queryQueue;
      const last = queue?.[queue.length - 1];
      if (last && !this.#observed.has(last)) this.#observed.set(last, observed);
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
    }
  }

  /** `submit` is where a query leaves the client's queue, and where its parameters are serialised. */
  #hookSubmit(prototype: PgQuery | null): void {
    if (!prototype || this.#submitting.has(prototype)) return;
    if (!Object.hasOwn(prototype, 'submit')) {
      this.#hookSubmit(Object.getPrototypeOf(prototype));
      return;
    }
    this.#submitting.add(prototype);
    const hooks = this;
    wrap(
      prototype,
      'submit',
      (original) =>
        function submit(this: PgQuery, ...args: unknown[]): unknown {
          const observed = hooks.#submit(this, args[0] as PgConnection);
          if (observed === null) return original.apply(this, args);
          const outer = hooks.#sending;
          hooks.#sending = observed;
          try {
            return original.apply(this, args);
          } finally {
            hooks.#sending = outer;
          }
        },
    );
  }

  #submit(query: PgQuery, connection: PgConnection): Observed | null {
    try {
      let observed = this.#observed.get(query) ?? null;
      if (observed === null && this.#starting !== null) {
        observed = this.#starting;
        this.#starting = null;
        this.#observed.set(query, observed);
      } else if (observed !== null && observed === this.#starting) {
        this.#starting = null;
      }
      if (observed === null) return null;
      if (observed.text === '') observed.text = ownText(query);
      this.#listeners.get(connection)?.sent(observed);
      return observed;
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
      return null;
    }
  }

  /** Listens to a client's connection; null where this is not a client that can be listened to (pg-native). */
  #attach(client: PgClient): RowListener | null {
    const connection = client.connection;
    if (!connection || typeof connection.prependListener !== 'function') {
      this.#recorder.guard.failed('COWPATH_PG_NATIVE', 'pg-native connections cannot be observed');
      return null;
    }
    const found = this.#listeners.get(connection);
    if (found) return found;
    const database = this.#recorder.databaseOf(client);
    if (database === null) return null;
    const listener = new RowListener(this.#recorder, database, client, (query) => this.#observed.get(query));
    this.#listeners.set(connection, listener);
    this.#hookBind(Object.getPrototypeOf(connection));
    this.#hookEmit(Object.getPrototypeOf(connection));
    const quiet = listener.attach(connection);
    const ended = (): void => void this.#attached.delete(detach);
    const detach = (): void => {
      quiet();
      connection.removeListener('end', ended);
    };
    this.#attached.add(detach);
    connection.once('end', ended);
    return listener;
  }

  /**
   * A socket's messages arrive in the context of whoever opened the connection. Callbacks, row events and
   * what streams hand on belong to the caller of the statement, and so must run in its frame.
   */
  #hookEmit(prototype: PgConnection): void {
    const hooks = this;
    wrap(
      prototype,
      'emit',
      (original) =>
        function emit(this: PgConnection, ...args: unknown[]): unknown {
          if (!CALLS_BACK.has(args[0])) return original.apply(this, args);
          const observed = hooks.#listeners.get(this)?.calledBy(args[0] === 'dataRow');
          if (!observed || observed.frame === currentFrame()) return original.apply(this, args);
          return runInFrame(observed.frame, () => original.apply(this, args));
        },
    );
  }

  /** Errors that are no message's: a lost connection, a timeout. */
  #hookError(prototype: PgQuery): void {
    const hooks = this;
    wrap(
      prototype,
      'handleError',
      (original) =>
        function handleError(this: PgQuery, ...args: unknown[]): unknown {
          const observed = hooks.#observed.get(this);
          if (!observed || observed.frame === currentFrame()) return original.apply(this, args);
          return runInFrame(observed.frame, () => original.apply(this, args));
        },
    );
  }

  /** Reads parameters as `bind` serialises them: once, by the driver itself, so that no `toPostgres` runs twice. */
  #hookBind(prototype: PgConnection): void {
    if (this.#binding.has(prototype)) return;
    this.#binding.add(prototype);
    const hooks = this;
    wrap(
      prototype,
      'bind',
      (original) =>
        function bind(this: PgConnection, ...args: unknown[]): unknown {
          const config = args[0] as BindConfig;
          const observed = hooks.#sending;
          if (
            observed === null ||
            !Array.isArray(config?.values) ||
            typeof config.valueMapper !== 'function'
          ) {
            return original.apply(this, args);
          }
          observed.parameters = [];
          const outer = hooks.#mapper;
          hooks.#mapper = config.valueMapper;
          args[0] = { ...config, valueMapper: hooks.#map };
          try {
            return original.apply(this, args);
          } finally {
            hooks.#mapper = outer;
          }
        },
    );
    wrap(
      prototype,
      'execute',
      (original) =>
        function execute(this: PgConnection, ...args: unknown[]): unknown {
          hooks.#listeners.get(this)?.resumed();
          return original.apply(this, args);
        },
    );
  }

  readonly #map = (value: unknown, index: number): unknown => {
    const mapped = this.#mapper!(value, index);
    const parameters = this.#sending?.parameters;
    if (parameters && parameters.length < this.#recorder.limits.parameters_max) {
      parameters.push(keyText(mapped, this.#recorder.limits.key_length_max));
    }
    return mapped;
  };
}

const NONE: never[] = [];

function isSubmittable(config: unknown): config is PgQuery {
  return typeof (config as { submit?: unknown } | null)?.submit === 'function';
}

/**
 * The statement's text, without running a getter of the program's: where there is one the text is empty, and
 * is read from the driver's own query when that is sent. Null where there is none.
 */
function textOf(config: unknown): string | null {
  if (typeof config !== 'object' || config === null) return null;
  const own = Object.getOwnPropertyDescriptor(config, 'text');
  if (typeof own?.value === 'string') return own.value;
  if (!isSubmittable(config) && (own ? own.get : 'text' in config)) return '';
  // pg-query-stream keeps its cursor within.
  const cursor = Object.getOwnPropertyDescriptor(config, 'cursor')?.value as { text?: unknown } | undefined;
  return typeof cursor?.text === 'string' ? cursor.text : null;
}

/** The text in the driver's own query object. */
function ownText(query: PgQuery): string {
  const text = Object.getOwnPropertyDescriptor(query, 'text')?.value;
  return typeof text === 'string' ? text : '';
}

function cursorValues(config: unknown): unknown {
  const cursor = Object.getOwnPropertyDescriptor(config as object, 'cursor')?.value;
  return (cursor as { values?: unknown } | undefined)?.values;
}

/** Parameters that a submittable has serialised itself. */
function plainParameters(values: unknown, length_max: number): (string | null | undefined)[] | null {
  if (!Array.isArray(values)) return null;
  return values.map((value) => keyText(value, length_max));
}
