/** Bytes up to which a body or a value is not accounted: the number of connections bounds these. */
export const UNACCOUNTED_BYTES: number = 64 * 1024;

/** What requests under way may hold in memory together. */
export class MemoryBudget {
  readonly #bytes_max: number;
  #used = 0;

  constructor(bytes_max: number) {
    this.#bytes_max = bytes_max;
  }

  get used(): number {
    return this.#used;
  }

  /** False, and nothing taken, when it does not fit. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#bytes_max) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
