import { constants, readFileSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** How long after a write the directory is looked at: a fraction of the time that a table lives. */
const LOOK_MS = 200;
/** Merging goes on when nothing is written any more. While nothing changes the looks get rarer, and end here. */
const LAST_LOOK_MS = 30_000;

/**
 * Takes the freeing of removed files off LevelDB's path.
 *
 * LevelDB removes logs and merged tables while it holds the lock that every read and write needs. Removing a name is
 * quick, but with the last name of a file its blocks are freed, and where the file system hands freed blocks to the
 * disk at once (mounted with `discard`, as many virtual machines are) that takes tens of milliseconds a table, in
 * which the serving thread itself may wait in a lookup. A file that somebody has open is freed when it is closed. So
 * LevelDB's files are kept open here, and closed, one after another on the thread pool, when their names have gone.
 *
 * Nothing on the disk differs, and what a dead process had open the system frees by itself. A file that is removed
 * before it was seen here is freed by LevelDB as it always was; so is what exceeds `files_max`, and everything while
 * room on the disk is scarce, because what is held open takes room until it is closed.
 */
export class FilePins {
  readonly #directory: string;
  readonly #files_max: number;
  readonly #scarce: () => boolean;
  readonly #pinned = new Map<string, FileHandle>();
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | undefined;
  #wait_ms = LOOK_MS;
  #closed = false;
  #freed = 0;

  /** @param files_max 0 keeps none open; never more than a quarter of what the process may open */
  constructor(directory: string, files_max: number, scarce: () => boolean) {
    this.#directory = directory;
    this.#scarce = scarce;
    // There a file that is open keeps its name when it is removed.
    this.#files_max = process.platform === 'win32' ? 0 : Math.min(files_max, descriptors() / 4);
  }

  get count(): number {
    return this.#pinned.size;
  }

  /** Files that were freed here and not by LevelDB. */
  get freed(): number {
    return this.#freed;
  }

  /** To be called after each group: files come and go only in the wake of writes. */
  written(): void {
    if (this.#wait_ms === LOOK_MS && (this.#timer !== undefined || this.#look !== undefined)) return;
    this.#wait_ms = LOOK_MS;
    if (this.#look === undefined) this.#later();
  }

  /** Looks now, and waits for it. */
  async look(): Promise<void> {
    if (this.#files_max === 0 || this.#closed) return;
    this.#look ??= this.#run();
    await this.#look;
  }

  /** Closes all; nothing is opened any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#look;
    await this.#letGo();
  }

  async #letGo(): Promise<void> {
    for (const [name, file] of this.#pinned) {
      this.#pinned.delete(name);
      await file.close().catch(() => undefined);
    }
  }

  #later(): void {
    if (this.#files_max === 0 || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.look();
    }, this.#wait_ms);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const waited_ms = this.#wait_ms;
    // What is written from here on sets it back.
    this.#wait_ms = 2 * waited_ms;
    let changed = false;
    try {
      changed = await this.#compare();
    } catch {
      // Out of file descriptors, or of memory: others need them more. LevelDB frees its files itself then.
      await this.#letGo();
    }
    this.#look = undefined;
    if (changed) this.#wait_ms = LOOK_MS;
    if (this.#wait_ms <= LAST_LOOK_MS) this.#later();
  }

  /** Whether files have come or gone. */
  async #compare(): Promise<boolean> {
    const names = new Set(
      (await readdir(this.#directory)).filter((name) => name.endsWith('.ldb') || name.endsWith('.log')),
    );
    const scarce = this.#scarce();
    let changed = false;
    for (const [name, file] of this.#pinned) {
      if (names.has(name) && !scarce) continue;
      this.#pinned.delete(name);
      changed = true;
      if (!names.has(name)) this.#freed += 1;
      await file.close();
    }
    for (const name of names) {
      if (scarce || this.#closed || this.#pinned.size >= this.#files_max) break;
      if (this.#pinned.has(name)) continue;
      const file = await this.#open(name);
      if (file === undefined) continue;
      this.#pinned.set(name, file);
      changed = true;
    }
    return changed;
  }

  /** Undefined when LevelDB has removed it meanwhile. */
  async #open(name: string): Promise<FileHandle | undefined> {
    try {
      // Not to wait for anything, whatever stands there under such a name.
      return await open(join(this.#directory, name), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** How many files this process may have open; connections and LevelDB need most of them. */
function descriptors(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    return limit === null ? Number.POSITIVE_INFINITY : Number(limit[1]);
  } catch {
    // Not Linux: what runs out is let go.
    return Number.POSITIVE_INFINITY;
  }
}
