import type { Random } from './random.ts';

/**
 * Picks among elements with Zipf's skew: the element of rank r (from 1, in the order given) comes with
 * a probability proportional to r ** -exponent.
 */
export class Zipf<T> {
  readonly #elements: readonly T[];
  readonly #cumulative: Float64Array;

  constructor(elements: readonly T[], exponent: number) {
    this.#elements = elements;
    this.#cumulative = new Float64Array(elements.length);
    let sum = 0;
    for (let index = 0; index < elements.length; index++) {
      sum += (index + 1) ** -exponent;
      this.#cumulative[index] = sum;
    }
  }

  pick(random: Random): T {
    const target = random.next() * this.#cumulative.at(-1)!;
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return this.#elements[low]!;
  }

  /** Elements that all differ; count must not exceed the number of elements. */
  pickDistinct(random: Random, count: number): T[] {
    const picked = new Set<T>();
    while (picked.size < count) picked.add(this.pick(random));
    return [...picked];
  }
}
