import { currentFrame, runInFrame } from '@cowpath/profile';
import { type Method, wrap } from '../../hooks/wrap.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { ClientHooks } from './client.ts';
import type { AnyClass, PendingItem, PgClient, PgPool } from './types.ts';

/**
 * Observes `Pool.connect` of one copy of pg-pool, which every `Pool.query` goes through: how long a caller
 * waited for a connection, and that its callback runs in the caller's context and not in that of whoever
 * released the connection.
 */
export class PoolHooks {
  readonly #recorder: Recorder;
  readonly #clients: ClientHooks;
  readonly #waiting = new WeakMap<PendingItem, number>();
  /** The call of `connect` under way, until its place in the queue is known. */
  #connecting: { readonly since: number; placed: boolean } | null = null;

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
          if (typeof args[0] === 'function') args[0] = inCallersFrame(args[0] as Method);
          const outer = hooks.#connecting;
          const connecting = { since: performance.now(), placed: false };
          hooks.#connecting = connecting;
          try {
            return original.apply(this, args);
          } finally {
            const queue = this._pendingQueue;
            const last = queue?.[queue.length - 1];
            if (!connecting.placed && last) hooks.#place(last, connecting.since);
            hooks.#connecting = outer;
          }
        },
    );
    wrap(
      prototype,
      'newClient',
      (original) =>
        function newClient(this: PgPool, ...args: unknown[]): unknown {
          const connecting = hooks.#connecting;
          const item = args[0] as PendingItem | undefined;
          if (connecting && item) {
            connecting.placed = true;
            hooks.#place(item, connecting.since);
          }
          return original.apply(this, args);
        },
    );
    wrap(
      prototype,
      '_acquireClient',
      (original) =>
        function _acquireClient(this: PgPool, ...args: unknown[]): unknown {
          hooks.#acquired(args[0] as PgClient, args[1] as PendingItem | undefined);
          return original.apply(this, args);
        },
    );
  }

  #place(item: PendingItem, since: number): void {
    if (!this.#waiting.has(item)) this.#waiting.set(item, since);
  }

  #acquired(client: PgClient, item: PendingItem | undefined): void {
    try {
      const since = item && this.#waiting.get(item);
      if (since !== undefined && !this.#recorder.isOwn(client))
        this.#clients.waited(client, performance.now() - since);
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_RECORDER_FAILED', error);
    }
  }
}

/** A callback that runs in the frame of the code that passed it, with its own `this` and arguments. */
function inCallersFrame(callback: Method): Method {
  const frame = currentFrame();
  return function (this: unknown, ...args: unknown[]): unknown {
    if (currentFrame() === frame) return callback.apply(this, args);
    return runInFrame(frame, () => callback.apply(this, args));
  };
}

/** The prototype in the chain that has the method itself. */
function declaring(prototype: object, method: string): object | null {
  for (let at: object | null = prototype; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, method)) return at;
  }
  return null;
}
