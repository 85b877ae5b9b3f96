/** Numbers that depend on a seed alone (mulberry32). */
export class Random {
  #state = 2166136261;

  constructor(seed: string) {
    for (const character of seed) this.#state = Math.imul(this.#state ^ character.charCodeAt(0), 16777619);
  }

  /** A whole number from `least` to `most`. */
  from(least: number, most: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return least + (((t ^ (t >>> 14)) >>> 0) % (most - least + 1));
  }

  /** `count` different whole numbers from `least` to `most`, in no order. */
  some(count: number, least: number, most: number): number[] {
    const taken = new Set<number>();
    while (taken.size < Math.min(count, most - least + 1)) taken.add(this.from(least, most));
    return [...taken];
  }
}
