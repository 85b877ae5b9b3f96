import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers that are the same for the same seed, on every machine. */
export class Random {
  private readonly generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  /** A whole number from 0 to `below` - 1; the bias of 2^-32 is of no account here. */
  index(below: number): number {
    return Math.floor(((this.generator.next() >>> 0) / 0x1_0000_0000) * below);
  }
}
