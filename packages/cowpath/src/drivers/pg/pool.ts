import { currentFrame, type Frame } from '@cowpath/profile';
import { callInFrame } from '../../hooks/call-in-frame.ts';
import { callWith } from '../../hooks/call-with.ts';
import { OnDemand } from '../../hooks/on-demand.ts';
import { type Method, wrap } from '../../hooks/wrap.ts';
import { passing } from '../../recorder/passing.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { CapturedStack } from '../../sites/index.ts';
import type { ClientHooks } from './client.ts';
import { hasCallback } from './statement.ts';
import type { AnyClass, PendingItem, PgClient, PgPool } from './types.ts';

const NONE: never[] = [];

/**
 * Since when a place in a pool's queue has been waiting: `performance.now()`. Only of runs that are followed; not
 * on the places themselves, for the reason given at `Calls`.
 */
const WAITING = new WeakMap<PendingItem, number>();

/**
 * Observes `Pool.connect` of one copy of pg-pool, which every `Pool.query` goes through: how long a caller
 * waited for a connection, and that its callback runs in the caller's context and not in that of whoever
 * released the connection.
 */
export class PoolHooks {
  readonly #recorder: Recorder;
  readonly #clients: ClientHooks;
  readonly #hooked = new WeakSet<object>();
  /** Where a place in a pool's queue is met again: replaced while one of a followed run waits. */
  readonly #onDemand = new OnDemand();
  /** When the call of `connect` under way began, until its place in the queue is known; else 0. */
  #connecting = 0;
  /** The pool whose `query` is under way, called for a promise in a run that is not followed, until it calls its `connect`. */
  #passing: PgPool | null = null;
  /** The frame in which it was called. */
  #passingIn: Frame | undefined;

  constructor(recorder: Recorder, clients: ClientHooks) {
    this.#recorder = recorder;
    this.#clients = clients;
  }

  /** Observes a class of pools; doing so again does nothing. Subclasses (`pg.Pool` is one) inherit it. */
  hook(Pool: AnyClass): void {
    const prototype = declaring(Pool.prototype, 'connect');
    if (prototype === null || this.#hooked.has(prototype)) return;
    this.#hooked.add(prototype);
    wrap(
      prototype,
      'connect',
      this,
      (replaced) =>
        function connect(this: PgPool, callback: unknown): unknown {
          if (passing.all && (typeof callback !== 'function' || hasFree(this))) {
            // biome-ignore lint/complexity/noArguments: passed on as they are
            return replaced.original.apply(this, arguments as unknown as unknown[]);
          }
          const hooks = replaced.owner;
          // biome-ignore lint/complexity/noArguments: as many are passed on
          const { length } = arguments;
          if (hooks.#passing === this) {
            hooks.#passing = null;
            if (length === 1 && typeof callback === 'function')
              return replaced.original.call(this, hooks.#ofQuery(callback as Method, hooks.#passingIn));
          }
          const recorder = hooks.#recorder;
          // biome-ignore lint/complexity/noArguments: passed on as they are
          const rest = length > 1 ? [...arguments].slice(1) : NONE;
          if (!recorder.active) return callFirst(replaced.original, this, length, callback, rest);
          const frame = currentFrame();
          if (recorder.follows(frame))
            return hooks.#connect(replaced.original, this, frame, length, callback, rest);
          const called =
            typeof callback === 'function' ? inCallersFrame(callback as Method, frame, recorder) : callback;
          return callFirst(replaced.original, this, length, called, rest);
        },
    );
    // What `Pool.query` returns is awaited by whoever asked; its `connect` takes the sample.
    wrap(
      prototype,
      'query',
      this,
      (replaced) =>
        function query(this: PgPool, text: unknown, values: unknown, callback: unknown): unknown {
          if (passing.all) {
            // biome-ignore lint/complexity/noArguments: passed on as they are
            return replaced.original.apply(this, arguments as unknown as unknown[]);
          }
          const hooks = replaced.owner;
          const recorder = hooks.#recorder;
          const { sites } = recorder;
          sites.latest = null;
          const outer = hooks.#passing;
          const frame = currentFrame();
          const passes = recorder.active && !recorder.follows(frame) && !hasCallback(text, values, callback);
          hooks.#passing = passes ? this : null;
          hooks.#passingIn = frame;
          try {
            // biome-ignore lint/complexity/noArguments: passed on as they are
            const result = replaced.original.apply(this, arguments as unknown as unknown[]);
            if (sites.latest !== null) sites.returned(sites.latest, result);
            return result;
          } finally {
            hooks.#passing = outer;
          }
        },
    );
    this.#onDemand.add(
      prototype,
      'newClient',
      this,
      (replaced) =>
        function newClient(this: PgPool, item: PendingItem | undefined): unknown {
          replaced.owner.#place(item);
          // biome-ignore lint/complexity/noArguments: passed on as they are
          return replaced.original.apply(this, arguments as unknown as unknown[]);
        },
    );
    this.#onDemand.add(
      prototype,
      '_acquireClient',
      this,
      (replaced) =>
        function _acquireClient(this: PgPool, client: PgClient, item: PendingItem | undefined): unknown {
          replaced.owner.#acquired(client, item);
          // biome-ignore lint/complexity/noArguments: passed on as they are
          return replaced.original.apply(this, arguments as unknown as unknown[]);
        },
    );
  }

  /** `Pool.connect` of a run that is followed. */
  #connect(
    original: Method,
    pool: PgPool,
    frame: Frame | undefined,
    length: number,
    callback: unknown,
    rest: readonly unknown[],
  ): unknown {
    const outer = this.#connecting;
    this.#connecting = performance.now();
    this.#onDemand.need();
    try {
      const called =
        typeof callback === 'function'
          ? inCallersPlace(callback as Method, frame, this.#recorder, this.#recorder.sites.take())
          : callback;
      return callFirst(original, pool, length, called, rest);
    } finally {
      if (this.#connecting !== 0) {
        const queue = pool._pendingQueue;
        this.#place(queue?.[queue.length - 1]);
        if (this.#connecting !== 0) this.#onDemand.release();
      }
      this.#connecting = outer;
    }
  }

  /**
   * The callback of a `Pool.query` that gave its caller a promise, in a run that is not followed. It calls `Client.query`,
   * which passes, and nothing of the program's: so it needs no frame, unless that is more than the driver's.
   */
  #ofQuery(callback: Method, frame: Frame | undefined): Method {
    const clients = this.#clients;
    const recorder = this.#recorder;
    return function runsOfQuery(this: unknown, _error: unknown, client: PgClient | undefined): unknown {
      if (client === undefined || client === null || clients.isOverridden(client)) {
        // biome-ignore lint/complexity/noArguments: passed on as they are
        return callInFrame(frame, callback, this, [...arguments]);
      }
      recorder.passOver(frame);
      clients.nextPasses = true;
      try {
        // biome-ignore lint/complexity/noArguments: passed on as they are
        return callback.apply(this, arguments as unknown as unknown[]);
      } finally {
        clients.nextPasses = false;
      }
    };
  }

  /** Takes out what stands in its place on demand only. */
  stop(): void {
    this.#onDemand.stop();
  }

  /** Of places that nobody is ever given (the wait timed out) the replacements stay, which only costs time. */
  #place(item: PendingItem | undefined): void {
    if (!item || this.#connecting === 0) return;
    if (WAITING.has(item)) return;
    WAITING.set(item, this.#connecting);
    this.#connecting = 0;
  }

  #acquired(client: PgClient, item: PendingItem | undefined): void {
    try {
      const since = item && WAITING.get(item);
      if (since === undefined) return;
      WAITING.delete(item!);
      this.#onDemand.release();
      if (this.#recorder.active && !this.#recorder.isOwn(client))
        this.#clients.waited(client, performance.now() - since);
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
    }
  }
}

/**
 * Whether a connection is free for whoever asks next. Who has to wait is given one by other code, which may run in a
 * context by then.
 */
function hasFree({ _idle: idle, _pendingQueue: waiting }: PgPool): boolean {
  return idle !== undefined && waiting !== undefined && idle.length > waiting.length;
}

/** A callback that runs in the frame of the code that passed it, of a run that is not followed. */
function inCallersFrame(callback: Method, frame: Frame | undefined, recorder: Recorder): Method {
  // Outside every context what it calls may be followed, if it waits for long; where it was called from is not known then.
  if (frame === undefined) return inCallersPlace(callback, frame, recorder, null);
  return function runsInCallersFrame(this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: passed on as they are
    return callInFrame(frame, callback, this, [...arguments]);
  };
}

/**
 * A callback that runs in the frame of the code that passed it, with its own `this` and arguments; what it
 * queries comes from where that code called (`SiteSampler.enter` says why this has its name).
 */
function inCallersPlace(
  callback: Method,
  frame: Frame | undefined,
  { sites }: Recorder,
  stack: CapturedStack | null,
): Method {
  return function runsInCallersPlace(this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: passed on as they are
    const args = arguments as unknown as unknown[];
    const outer = sites.enter(stack);
    try {
      if (currentFrame() === frame) return callback.apply(this, args);
      return callInFrame(frame, callback, this, args);
    } finally {
      sites.leave(outer, args[1] as object | undefined);
    }
  };
}

/** Calls a method with `first` and the `rest`, or with none where there were none. */
function callFirst(
  method: Method,
  self: unknown,
  length: number,
  first: unknown,
  rest: readonly unknown[],
): unknown {
  return length <= 1 ? callWith(method, self, length, first) : method.call(self, first, ...rest);
}

/** The prototype in the chain that has the method itself. */
function declaring(prototype: object, method: string): object | null {
  for (let at: object | null = prototype; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, method)) return at;
  }
  return null;
}
