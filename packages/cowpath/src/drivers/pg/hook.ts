import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { hearAnnounced } from '../../bundler/announced.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import { ClientHooks } from './client.ts';
import { noteFile } from './files.ts';
import { PoolHooks } from './pool.ts';
import type { AnyClass, PgClient, PgPool } from './types.ts';

/** How a file of node-postgres is recognised, whichever copy it belongs to. */
const PG_FILE = /(^|[\\/])(pg|pg-pool)([\\/]|$)/;

/** What was asked for, and by which file. */
interface Origin {
  readonly id: string;
  readonly from: string;
}

/**
 * Finds node-postgres as the program loads it. Every `require`, and every `import` of a CommonJS package,
 * is announced by Node on the channel `tracing:module.require`; copies that were loaded before are found
 * in the module cache; bundles made with the plugin announce theirs.
 */
export class PgHook {
  /** How many copies were found. */
  copies = 0;
  readonly #recorder: Recorder;
  readonly #clients: ClientHooks;
  readonly #pools: PoolHooks;
  readonly #seen = new WeakSet<object>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    this.#clients = new ClientHooks(recorder);
    this.#pools = new PoolHooks(recorder, this.#clients);
  }

  /** Starts to watch; returns the way to stop. What is replaced on demand is taken out then; what stays passes everything through. */
  start(): () => void {
    const cache = createRequire(import.meta.url).cache;
    for (const [file, module] of Object.entries(cache)) {
      if (PG_FILE.test(file)) this.#offer(module?.exports, { id: file, from: file });
    }
    const loaded = (message: unknown): void => {
      const { id, parentFilename, result } = message as {
        id?: unknown;
        parentFilename?: unknown;
        result?: unknown;
      };
      if (typeof id !== 'string') return;
      const inside = id.startsWith('.') && typeof parentFilename === 'string' && PG_FILE.test(parentFilename);
      if (!inside && !PG_FILE.test(id)) return;
      this.#offer(result, typeof parentFilename === 'string' ? { id, from: parentFilename } : undefined);
    };
    subscribe('tracing:module.require:end', loaded);
    const unheard = hearAnnounced((exports) => this.#offer(exports));
    return () => {
      unheard();
      unsubscribe('tracing:module.require:end', loaded);
      this.#clients.stop();
      this.#pools.stop();
    };
  }

  /** Observes one pool or client that the program made, for programs whose driver cannot be seen loading. */
  instrument(pool: object): boolean {
    const { Client } = pool as PgPool;
    if (typeof Client === 'function') {
      this.#pools.hook(pool.constructor as AnyClass);
      this.#clients.hook(Client);
      return true;
    }
    if (typeof (pool as PgClient).query === 'function' && 'connection' in pool) {
      this.#clients.hook(pool.constructor as AnyClass);
      return true;
    }
    return false;
  }

  #offer(exports: unknown, came?: Origin): void {
    try {
      if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return;
      if (this.#seen.has(exports)) return;
      this.#seen.add(exports);
      const { Client, Pool } = own(exports);
      if (isClass(Client, 'query') && isClass(Pool, 'connect')) {
        this.copies++;
        this.#clients.hook(Client);
        this.#pools.hook(Pool);
        if (came) noteFile(Client, came.id, came.from);
      } else if (isClass(exports, 'connect') && '_acquireClient' in exports.prototype) {
        this.#pools.hook(exports);
      } else if (isClass(exports, 'query') && '_pulseQueryQueue' in exports.prototype) {
        this.#clients.hook(exports);
        if (came) noteFile(exports, came.id, came.from);
      }
    } catch (error) {
      this.#recorder.guard.failed('COWPATH_HOOK_FAILED', error);
    }
  }
}

/** Plain own properties only: a getter of the program's is not ours to run. */
function own(exports: object): { Client: unknown; Pool: unknown } {
  return {
    Client: Object.getOwnPropertyDescriptor(exports, 'Client')?.value,
    Pool: Object.getOwnPropertyDescriptor(exports, 'Pool')?.value,
  };
}

/** By its name only: another tool may have put a getter in the method's place. */
function isClass(value: unknown, method: string): value is AnyClass {
  const prototype =
    typeof value === 'function' ? Object.getOwnPropertyDescriptor(value, 'prototype')?.value : null;
  return typeof prototype === 'object' && prototype !== null && method in prototype;
}
