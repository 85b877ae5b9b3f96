import { statfs } from 'node:fs/promises';

const CHECK_MS = 1_000;

/**
 * Knows whether the disk has room, so that writes are refused before LevelDB fails half-way through one.
 * It looks at most once a second, and again after a quarter of the reserve has been written.
 */
export class DiskRoom {
  readonly #directory: string;
  readonly #reserve_bytes: number;
  #free_bytes = Number.POSITIVE_INFINITY;
  #checked_ms = Number.NEGATIVE_INFINITY;
  #written_bytes = 0;

  constructor(directory: string, reserve_bytes: number) {
    this.#directory = directory;
    this.#reserve_bytes = reserve_bytes;
  }

  /** Bytes free at the last look. */
  get free_bytes(): number {
    return this.#free_bytes;
  }

  get reserve_bytes(): number {
    return this.#reserve_bytes;
  }

  /** Whether the last look found less than twice the reserve. */
  get scarce(): boolean {
    return this.#free_bytes < 2 * this.#reserve_bytes;
  }

  /** Whether `bytes` more may be written. */
  async hasFor(bytes: number): Promise<boolean> {
    if (this.#reserve_bytes === 0) return true;
    this.#written_bytes += bytes;
    if (performance.now() - this.#checked_ms > CHECK_MS || this.#written_bytes > this.#reserve_bytes / 4) {
      await this.#look();
    }
    return this.#free_bytes >= this.#reserve_bytes;
  }

  async #look(): Promise<void> {
    this.#free_bytes = await freeBytes(this.#directory);
    this.#checked_ms = performance.now();
    this.#written_bytes = 0;
  }
}

/** What the disk of `directory` has left for this user. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
