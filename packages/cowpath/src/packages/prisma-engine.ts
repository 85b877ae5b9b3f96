import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { scriptsOf } from './scripts.ts';

/** The runtime that calls an engine of its own; it is copied beside generated clients, too. */
const RUNTIME_FILE = /[\\/]runtime[\\/](library|binary)\.m?js$/;
const ADAPTER_FILE = /[\\/]@prisma[\\/]adapter-/;
/** `libquery_engine-debian-openssl-3.0.x.so.node`, `query_engine-windows.dll.node`. */
const LIBRARY_FILE = /query_engine-[^\\/]*\.node\b/;
/** `query-engine-debian-openssl-3.0.x` */
const PROCESS_FILE = /^query-engine-/;

/**
 * Recognises Prisma's own query engine (Prisma 6 and older): a native library or a process that talks to
 * the database itself, past every driver, so that nothing can be observed.
 */
export class PrismaEngine {
  #seen = false;
  /** What the scripts said of adapters when the engine was first seen; null: they have not been asked. */
  #adapter: boolean | null = null;

  /** Watches for the engine's process; returns the way to stop. */
  start(): () => void {
    const created = (message: unknown): void => {
      const child = (message as { process?: { spawnfile?: unknown } } | null)?.process;
      // Node tells of the process before it has named its file.
      queueMicrotask(() => {
        if (typeof child?.spawnfile === 'string' && PROCESS_FILE.test(basename(child.spawnfile)))
          this.#seen = true;
      });
    };
    subscribe('child_process', created);
    return () => void unsubscribe('child_process', created);
  }

  /** Takes note of a CommonJS module. */
  saw(file: string, exports: unknown): void {
    if (!this.#seen && RUNTIME_FILE.test(file) && isRuntime(exports)) this.#seen = true;
  }

  /**
   * Whether its own engine serves the program's clients, as no driver adapter is there to serve them. `silent`:
   * no statement has passed a driver yet. `ending`: there is time to ask for all scripts (some 20 ms), once more.
   */
  isOutOfReach(silent: boolean, ending: boolean): boolean {
    // A generated ECMAScript module is announced nowhere; the library that it opens is.
    if (!this.#seen && (silent || ending))
      this.#seen = libraryLoaded() || (ending && silent && runsRuntime());
    if (!this.#seen) return false;
    if (this.#adapter === null || (ending && !this.#adapter))
      this.#adapter = scriptsOf((file) => ADAPTER_FILE.test(file));
    return !this.#adapter;
  }
}

function isRuntime(exports: unknown): boolean {
  return typeof exports === 'object' && exports !== null && 'getPrismaClient' in exports;
}

function libraryLoaded(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return LIBRARY_FILE.test(readFileSync('/proc/self/maps', 'utf8'));
  } catch {
    return false;
  }
}

/** Where the system does not say which libraries are open. */
function runsRuntime(): boolean {
  return process.platform !== 'linux' && scriptsOf((file) => RUNTIME_FILE.test(file));
}
