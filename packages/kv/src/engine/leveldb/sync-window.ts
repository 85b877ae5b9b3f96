import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from './data-directory.ts';

/**
 * Bounds what a power failure can take when writes are acknowledged unsynced.
 *
 * LevelDB's own sync covers its current log only; a log that was full a moment ago is durable when its
 * table has been written, which has no bound in time. So the pass here syncs every log file there is: one
 * that has gone meanwhile is one whose table is already synced.
 *
 * Guarantee: a pass begins at most half a window after the oldest unsynced write, and when one has not
 * finished at the end of the window, `admit()` holds further writes back until it has. So what is
 * acknowledged and unsynced is never older than the window while writes are being acknowledged.
 */
export class SyncWindow {
  readonly #directory: string;
  readonly #window_ms: number;
  readonly #failed: (error: unknown) => void;
  readonly #known = new Set<string>();
  /** When the oldest write that no pass covers yet was acknowledged. */
  #oldest_ms: number | undefined;
  /** The same for the pass that is running. */
  #covering_ms: number | undefined;
  #pass: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #passes = 0;

  constructor(directory: string, window_ms: number, failed: (error: unknown) => void) {
    this.#directory = directory;
    this.#window_ms = window_ms;
    this.#failed = failed;
  }

  get passes(): number {
    return this.#passes;
  }

  /** To be called before a group is written. Undefined, or a promise to wait for. */
  admit(): Promise<void> | undefined {
    const oldest = this.#covering_ms ?? this.#oldest_ms;
    if (oldest === undefined || performance.now() - oldest < this.#window_ms) return undefined;
    return this.flush();
  }

  /** To be called when a group is in the operating system's hands, before its members are answered. */
  written(): void {
    if (this.#oldest_ms !== undefined) return;
    this.#oldest_ms = performance.now();
    this.#timer = setTimeout(() => void this.flush(), this.#window_ms / 2);
    this.#timer.unref();
  }

  /** Makes everything that was written before the call durable. Never rejects: a failure goes to `failed`. */
  async flush(): Promise<void> {
    // A running pass may have passed by the file that the last write went to.
    if (this.#pass !== undefined) await this.#pass;
    if (this.#oldest_ms === undefined) return;
    this.#pass ??= this.#run();
    await this.#pass;
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#covering_ms = this.#oldest_ms;
    this.#oldest_ms = undefined;
    try {
      await this.#syncLogs();
      this.#passes += 1;
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#covering_ms = undefined;
      this.#pass = undefined;
    }
  }

  async #syncLogs(): Promise<void> {
    const logs = (await readdir(this.#directory)).filter((name) => name.endsWith('.log'));
    for (const name of logs) await this.#syncLog(name);
    if (logs.every((name) => this.#known.has(name))) return;
    await syncDirectory(this.#directory);
    this.#known.clear();
    for (const name of logs) this.#known.add(name);
  }

  async #syncLog(name: string): Promise<void> {
    try {
      const file = await open(join(this.#directory, name), 'r');
      try {
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
