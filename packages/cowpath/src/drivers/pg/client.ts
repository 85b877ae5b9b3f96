import { currentFrame } from '@cowpath/profile';
import { callInFrame } from '../../hooks/call-in-frame.ts';
import { callWith } from '../../hooks/call-with.ts';
import { OnDemand } from '../../hooks/on-demand.ts';
import { type Method, withFirst, wrap } from '../../hooks/wrap.ts';
import { Observed } from '../../recorder/observed.ts';
import { passing } from '../../recorder/passing.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { type Call, Calls, frameOf, OUTSIDE } from './calls.ts';
import { ConnectionListener, NO_CALLER, waitingOn } from './connection.ts';
import { keyText } from './key-text.ts';
import { cursorValues, hasCallback, isSubmittable, ownText, plainParameters, textOf } from './statement.ts';
import type { AnyClass, BindConfig, PgClient, PgConnection, PgQuery } from './types.ts';

const NONE: never[] = [];

const PATCHED =
  'another tool has put something else than a plain method in the place of `Client.query` of node-postgres ' +
  '(an accessor, a fixed property, or no function); its statements are not recorded. Load Cowpath before that tool';

/**
 * Observes `Client.query` of one copy of node-postgres. Nothing that the program sees is touched: the call
 * goes through with its own arguments and result; what comes back is read from the connection's messages
 * as they are emitted, before its own listeners hear them.
 *
 * This runs with every statement of the program (bench/observe.ts): no closures, no arrays of arguments, and
 * next to nothing for the statements of runs that are not followed.
 */
export class ClientHooks {
  readonly #recorder: Recorder;
  readonly #calls = new Calls();
  /**
   * By connection. Nothing stands on the connection itself: V8 would give it another hidden class than those that
   * are not listened to, Cowpath's own among them, and the driver's code is slower for two than for one.
   */
  readonly #listeners = new WeakMap<PgConnection, ConnectionListener>();
  /** What messages and parameters go through: replaced while a call is under way that must be heard. */
  readonly #onDemand = new OnDemand();
  readonly #submitting = new WeakSet<object>();
  readonly #hooked = new WeakSet<object>();
  /** That of the driver's own clients; of the copy of the driver that was met last. */
  #prototype: object | null = null;
  /** The statement whose `Client.query` call is under way, until its query object is known. */
  #starting: Call | null = null;
  /** The statement whose parameters are being serialised. */
  #sending: Observed | null = null;
  #mapper: BindConfig['valueMapper'];
  /**
   * What is called next is the statement of a `Pool.query` that gave its caller a promise, in a run that is not
   * followed: it passes.
   */
  nextPasses = false;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Observes a class of clients; doing so again does nothing. */
  hook(Client: AnyClass & { Query?: AnyClass }): void {
    const observed = wrap(
      Client.prototype as PgClient,
      'query',
      this,
      (replaced) =>
        function query(this: PgClient, config: unknown, values: unknown, callback: unknown): unknown {
          if (passing.all) {
            if (--passing.left === 0) replaced.owner.#passedAll();
            // biome-ignore lint/complexity/noArguments: passed on as they are
            return replaced.original.apply(this, arguments as unknown as unknown[]);
          }
          const hooks = replaced.owner;
          if (hooks.nextPasses) {
            hooks.nextPasses = false;
            // biome-ignore lint/complexity/noArguments: passed on as they are
            return replaced.original.apply(this, arguments as unknown as unknown[]);
          }
          const call = hooks.#begin(this, config, values, callback);
          // biome-ignore lint/complexity/noArguments: passed on as they are
          if (call === null) return replaced.original.apply(this, arguments as unknown as unknown[]);
          // biome-ignore lint/complexity/noArguments: as many are passed on
          const { length } = arguments;
          if (length <= 3)
            return hooks.#start(call, replaced.original, this, length, config, values, callback);
          // biome-ignore lint/complexity/noArguments: passed on as they are
          return hooks.#startWithAll(call, replaced.original, this, [...arguments]);
        },
    );
    if (!observed) this.#recorder.guard.failed('COWPATH_DRIVER_PATCHED', PATCHED);
    else if (Object.hasOwn(Client.prototype, '_pulseQueryQueue')) this.#prototype = Client.prototype;
    if (Client.Query) {
      this.#calls.addDriverQuery(Client.Query.prototype);
      this.#hookSubmit(Client.Query.prototype);
      this.#hookError(Client.Query.prototype);
    }
  }

  #passedAll(): void {
    try {
      this.#recorder.outside.passedAll();
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
    }
  }

  #start(
    call: Call,
    original: Method,
    client: PgClient,
    length: number,
    config: unknown,
    values: unknown,
    callback: unknown,
  ): unknown {
    const outer = this.#starting;
    this.#starting = call;
    try {
      const result = callWith(original, client, length, config, values, callback);
      if (call instanceof Observed && call.stack !== null) this.#recorder.sites.returned(call.stack, result);
      return result;
    } finally {
      if (this.#starting === call) this.#queued(client, call);
      this.#starting = outer;
    }
  }

  /** As `#start`, for a call with more arguments than the driver knows: another tool below may. */
  #startWithAll(call: Call, original: Method, client: PgClient, args: unknown[]): unknown {
    return this.#start(call, () => original.apply(client, args), client, 0, undefined, undefined, undefined);
  }

  /** Takes out what stands in its place on demand only; what else is replaced stays, and passes everything through. */
  stop(): void {
    this.#onDemand.stop();
  }

  /** Connections waited for in a pool: counted to the next statement on the client. */
  waited(client: PgClient, wait_ms: number): void {
    const listener = this.#attach(client);
    if (listener) listener.wait_ms = wait_ms;
  }

  /**
   * What is called for: observed; or, of a run that is not followed, only whose it is, where the driver calls
   * somebody back; null: let it pass.
   */
  #begin(client: PgClient, config: unknown, values: unknown, callback: unknown): Call | null {
    try {
      const recorder = this.#recorder;
      if (!recorder.active || passing.own) return null;
      const frame = currentFrame();
      if (!recorder.follows(frame)) {
        recorder.passOver(frame);
        const submittable = typeof config !== 'string' && isSubmittable(config);
        // A promise's reactions run in the frame of whoever waits for it.
        if (!submittable && !hasCallback(config, values, callback)) return null;
        const listener = this.#attach(client);
        if (!listener) return null;
        const call = frame ?? OUTSIDE;
        if (submittable) {
          this.#calls.set(config, call);
          this.#hookSubmit(Object.getPrototypeOf(config));
        }
        listener.expect();
        return call;
      }
      const listener = this.#attach(client);
      if (!listener) return null;
      const text = typeof config === 'string' ? config : textOf(config);
      if (text === null) return null;
      const observed = recorder.begin(listener.database, frame, text);
      listener.expect();
      observed.stack = recorder.sites.take(client);
      observed.wait_ms = listener.wait_ms;
      listener.wait_ms = 0;
      if (typeof config === 'string') {
        if (values === undefined) observed.parameters = NONE;
      } else if (isSubmittable(config)) {
        const given = config.values ?? cursorValues(config);
        observed.parameters = plainParameters(given, recorder.limits.key_length_max);
        this.#calls.set(config, observed);
        this.#hookSubmit(Object.getPrototypeOf(config));
      }
      return observed;
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
      return null;
    }
  }

  /** The call returned and its query was not sent at once: it is the last in the client's queue, or was refused. */
  #queued(client: PgClient, call: Call): void {
    try {
      const queue = waitingOn(client);
      const last = queue?.[queue.length - 1];
      if (last && this.#calls.of(last) === undefined) this.#calls.set(last, call);
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
    this.#onDemand.add(
      prototype,
      'submit',
      this,
      (replaced) =>
        function submit(this: PgQuery, connection: PgConnection): unknown {
          const hooks = replaced.owner;
          const observed = hooks.#submit(this, connection);
          // biome-ignore lint/complexity/noArguments: passed on as they are
          const args = arguments as unknown as unknown[];
          if (observed === null) return replaced.original.apply(this, args);
          const outer = hooks.#sending;
          hooks.#sending = observed;
          try {
            return replaced.original.apply(this, args);
          } finally {
            hooks.#sending = outer;
          }
        },
    );
  }

  #submit(query: PgQuery, connection: PgConnection): Observed | null {
    try {
      const listener = this.#listeners.get(connection);
      if (!listener || listener.heard === 0) return null;
      let call = this.#calls.of(query) ?? null;
      if (call === null && this.#starting !== null) {
        call = this.#starting;
        this.#starting = null;
        this.#calls.set(query, call);
      } else if (call !== null && call === this.#starting) {
        this.#starting = null;
      }
      if (!(call instanceof Observed)) return null;
      if (call.text === '') call.text = ownText(query);
      listener.sent(call);
      return call;
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
      return null;
    }
  }

  /** Listens to a client's connection; null where this is not a client that can be listened to (pg-native). */
  #attach(client: PgClient): ConnectionListener | null {
    const connection = client.connection;
    const found = connection && this.#listeners.get(connection);
    if (found) return found;
    if (typeof connection?.emit !== 'function') {
      this.#recorder.guard.failed('COWPATH_PG_NATIVE', 'pg-native connections cannot be observed');
      return null;
    }
    if (this.#recorder.isOwn(client)) return null;
    const database = this.#recorder.databaseOf(client);
    if (database === null) return null;
    const listener = new ConnectionListener(this.#recorder, this.#onDemand, this.#calls, database, client);
    this.#listeners.set(connection, listener);
    this.#hookConnection(Object.getPrototypeOf(connection));
    return listener;
  }

  /** Whether `client.query` is, or may be, more than the driver's: it may put a callback of its own around the pool's. */
  isOverridden(client: PgClient): boolean {
    return Object.hasOwn(client, 'query') || Object.getPrototypeOf(client) !== this.#prototype;
  }

  #hookConnection(prototype: PgConnection): void {
    if (this.#hooked.has(prototype)) return;
    this.#hooked.add(prototype);
    this.#hookEmit(prototype);
    this.#hookBind(prototype);
    this.#hookExecute(prototype);
  }

  /**
   * A socket's messages arrive in the context of whoever opened the connection. Callbacks, row events and
   * what streams hand on belong to the caller of the statement, and so must run in its frame.
   */
  #hookEmit(prototype: PgConnection): void {
    this.#onDemand.add(
      prototype,
      'emit',
      this,
      (replaced) =>
        function emit(this: PgConnection, event: unknown, message: unknown): unknown {
          const hooks = replaced.owner;
          const listener = hooks.#listeners.get(this);
          // biome-ignore lint/complexity/noArguments: passed on as they are
          const args = arguments as unknown as unknown[];
          // Of another connection than the one that is heard.
          if (listener === undefined || listener.heard === 0) return replaced.original.apply(this, args);
          if (!hooks.#recorder.active) return replaced.original.apply(this, args);
          const frame = listener.hear(event, message);
          if (frame === NO_CALLER || frame === currentFrame()) return replaced.original.apply(this, args);
          return callInFrame(frame, replaced.original, this, args);
        },
    );
  }

  /** Errors that are no message's: a lost connection, a timeout. They may come when nothing is heard any more. */
  #hookError(prototype: PgQuery): void {
    wrap(
      prototype,
      'handleError',
      this,
      (replaced) =>
        function handleError(this: PgQuery): unknown {
          const hooks = replaced.owner;
          // biome-ignore lint/complexity/noArguments: passed on as they are
          const args = arguments as unknown as unknown[];
          const call = hooks.#recorder.active ? hooks.#calls.of(this) : undefined;
          if (call === undefined) return replaced.original.apply(this, args);
          const frame = frameOf(call);
          if (frame === currentFrame()) return replaced.original.apply(this, args);
          return callInFrame(frame, replaced.original, this, args);
        },
    );
  }

  /** Reads parameters as `bind` serialises them: once, by the driver itself, so that no `toPostgres` runs twice. */
  #hookBind(prototype: PgConnection): void {
    this.#onDemand.add(
      prototype,
      'bind',
      this,
      (replaced) =>
        function bind(this: PgConnection, config: BindConfig): unknown {
          const hooks = replaced.owner;
          const observed = hooks.#sending;
          // biome-ignore lint/complexity/noArguments: passed on as they are
          const args = arguments as unknown as unknown[];
          if (
            observed === null ||
            !Array.isArray(config?.values) ||
            typeof config.valueMapper !== 'function'
          ) {
            return replaced.original.apply(this, args);
          }
          observed.parameters = [];
          const outer = hooks.#mapper;
          hooks.#mapper = config.valueMapper;
          try {
            return replaced.original.apply(this, withFirst({ ...config, valueMapper: hooks.#map }, args));
          } finally {
            hooks.#mapper = outer;
          }
        },
    );
  }

  #hookExecute(prototype: PgConnection): void {
    this.#onDemand.add(
      prototype,
      'execute',
      this,
      (replaced) =>
        function execute(this: PgConnection): unknown {
          const listener = replaced.owner.#listeners.get(this);
          if (listener !== undefined && listener.heard > 0) listener.resumed();
          // biome-ignore lint/complexity/noArguments: passed on as they are
          return replaced.original.apply(this, arguments as unknown as unknown[]);
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
