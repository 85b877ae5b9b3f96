import { currentFrame, runInFrame } from '@cowpath/profile';
import { privateSlot } from '../../hooks/private-slot.ts';
import { type Method, wrap } from '../../hooks/wrap.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { ClientHooks } from './client.ts';
import type { AnyClass, PendingItem, PgClient, PgPool } from './types.ts';

/** Since when a place in a pool's queue has been waiting: `performance.now()`. */
const WAITING = privateSlot<number>();

/**
 * Observes `Pool.connect` of one copy of pg-pool, which every `Pool.query` goes through: how long a caller
 * waited for a connection, and that its callback runs in the caller's context and not in that of whoever
 * released the connection.
 */
export class PoolHooks {
  readonly #recorder: Recorder;
  readonly #clients: ClientHooks;
  /** When the call of `connect` under way began, until its place in the queue is known; else 0. */
  #connecting = 0;

  constructor(recorder: Recorder, clients: ClientHooks) {
    this.#recorder = recorder;
    this.#clients = clients;
  }

  /** Observes a class of pools; doing so again does nothing. Subclasses (`pg.Pool` is one) inherit it. */
  hook(Pool: AnyClass): void {
    const prototype = declaring(Pool.prototype, 'connect');
    if (prototype === null) return;
    const hooks = this;
    wrap(
      prototype,
      'connect',
      (original) =>
        function connect(this: PgPool, ...args: unknown[]): unknown {
          if (!hooks.#recorder.active) return original.apply(this, args);
          if (typeof args[0] === 'function') args[0] = inCallersPlace(args[0] as Method, hooks.#recorder);
          const frame = currentFrame();
          if (frame !== undefined && !hooks.#recorder.follows(frame)) return original.apply(this, args);
          const outer = hooks.#connecting;
          hooks.#connecting = performance.now();
          try {
            return original.apply(this, args);
          } finally {
            if (hooks.#connecting !== 0) {
              const queue = this._pendingQueue;
              hooks.#place(queue?.[queue.length - 1]);
            }
            hooks.#connecting = outer;
          }
        },
    );
    // What `Pool.query` returns is awaited by whoever asked; its `connect` takes the sample.
    wrap(
      prototype,
      'query',
      (original) =>
        function query(this: PgPool): unknown {
          const { sites } = hooks.#recorder;
          sites.latest = null;
          // biome-ignore lint/complexity/noArguments: passed on as they are
          const result = original.apply(this, arguments as unknown as unknown[]);
          if (sites.latest !== null) sites.returned(sites.latest, result);
          return result;
        },
    );
    wrap(
      prototype,
      'newClient',
      (original) =>
        function newClient(this: PgPool, ...args: unknown[]): unknown {
          hooks.#place(args[0] as PendingItem | undefined);
          return original.apply(this, args);
        },
    );
    wrap(
      prototype,
      '_acquireClient',
      (original) =>
        function _acquireClient(this: PgPool, client: PgClient, item: PendingItem | undefined): unknown {
          hooks.#acquired(client, item);
          // biome-ignore lint/complexity/noArguments: passed on as they are
          return original.apply(this, arguments as unknown as unknown[]);
        },
    );
  }

  #place(item: PendingItem | undefined): void {
    if (!item || this.#connecting === 0) return;
    if (WAITING.get(item) === undefined) WAITING.set(item, this.#connecting);
    this.#connecting = 0;
  }

  #acquired(client: PgClient, item: PendingItem | undefined): void {
    try {
      const since = item && WAITING.get(item);
      if (since !== undefined && this.#recorder.active && !this.#recorder.isOwn(client))
        this.#clients.waited(client, performance.now() - since);
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
    }
  }
}

/**
 * A callback that runs in the frame of the code that passed it, with its own `this` and arguments; what it
 * queries comes from where that code called (`SiteSampler.enter` says why this has its name).
 */
function inCallersPlace(callback: Method, recorder: Recorder): Method {
  const frame = currentFrame();
  const { sites } = recorder;
  const stack = frame === undefined || recorder.follows(frame) ? sites.take() : null;
  return function runsInCallersPlace(this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: passed on as they are
    const args = arguments as unknown as unknown[];
    const outer = sites.enter(stack);
    try {
      if (currentFrame() === frame) return callback.apply(this, args);
      return runInFrame(frame, () => callback.apply(this, args));
    } finally {
      sites.leave(outer, args[1] as object | undefined);
    }
  };
}

/** The prototype in the chain that has the method itself. */
function declaring(prototype: object, method: string): object | null {
  for (let at: object | null = prototype; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, method)) return at;
  }
  return null;
}
