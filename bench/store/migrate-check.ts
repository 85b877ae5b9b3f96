/** A write that the store has acknowledged. */
export interface Acknowledged {
  readonly key: string;
  readonly revision: number;
  readonly title: string;
}

/** A read that began after the acknowledgement must show that write or a later one. */
export function check(
  thing: { readonly revision: number; readonly data: { readonly title?: unknown } },
  { revision, title }: Acknowledged,
): void {
  if (thing.revision < revision || (thing.revision === revision && thing.data.title !== title)) {
    throw new Error(`read revision ${thing.revision} where ${revision} (${title}) had been acknowledged`);
  }
}

/** How long calls took: a histogram of tenths of milliseconds, exact for the slowest. */
export class Times {
  readonly #start = performance.now();
  readonly #counts = new Map<number, number>();
  #count = 0;
  #slowest = 0;

  async time<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    const took = performance.now() - start;
    const bucket = Math.ceil(took * 10);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#count++;
    this.#slowest = Math.max(this.#slowest, took);
    return result;
  }

  show(what: string): string {
    const rate = (1000 * this.#count) / (performance.now() - this.#start);
    const slow = `p50 ${this.#at(0.5)}, p99 ${this.#at(0.99)}, slowest ${this.#slowest.toFixed(1)} ms`;
    return `${what} ${rate.toFixed(0)}/s, ${slow}`;
  }

  #at(share: number): number {
    let left = share * this.#count;
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      left -= this.#counts.get(bucket)!;
      if (left <= 0) return bucket / 10;
    }
    return 0;
  }
}
