/**
 * A mergeable histogram of non-negative integers (times in nanoseconds, sizes): log-linear buckets, 32 to
 * an octave, so that a value is known to within 1/32 (3.2 %) and its bucket's middle to within 1.6 %;
 * exact below 32. Count, sum and maximum are exact. After HdrHistogram (Tene) and DDSketch (Masson et al.).
 *
 * Sparse: a step of a trail holds a few dozen buckets. Merging adds; decay scales (counts are then real
 * numbers).
 */

const SUB_BITS = 5;
const SUB = 1 << SUB_BITS;

/** As saved: `b` is bucket, count, bucket, count … in ascending order of bucket. */
export interface HistogramData {
  readonly n: number;
  readonly sum: number;
  readonly max: number;
  readonly b: readonly number[];
}

export class Histogram {
  #count = 0;
  #sum = 0;
  #max = 0;
  #buckets = new Map<number, number>();

  /** Values below 0 and NaN count as 0; above 2^53 as 2^53. */
  record(value: number, times = 1): void {
    const v = value > 0 ? Math.min(Math.round(value), Number.MAX_SAFE_INTEGER) : 0;
    this.#count += times;
    this.#sum += v * times;
    if (v > this.#max) this.#max = v;
    const index = bucketOf(v);
    this.#buckets.set(index, (this.#buckets.get(index) ?? 0) + times);
  }

  add(other: HistogramData, weight = 1): void {
    this.#count += other.n * weight;
    this.#sum += other.sum * weight;
    if (other.max > this.#max) this.#max = other.max;
    for (let i = 0; i + 1 < other.b.length; i += 2) {
      const index = other.b[i]!;
      this.#buckets.set(index, (this.#buckets.get(index) ?? 0) + other.b[i + 1]! * weight);
    }
  }

  get count(): number {
    return this.#count;
  }
  get sum(): number {
    return this.#sum;
  }
  get max(): number {
    return this.#max;
  }
  get mean(): number {
    return this.#count > 0 ? this.#sum / this.#count : 0;
  }

  /** The value below or at which the share `q` (0 to 1) of all values lies: its bucket's middle, at most the maximum. 0 when empty. */
  quantile(q: number): number {
    if (this.#count <= 0) return 0;
    const rank = Math.min(Math.max(q, 0), 1) * this.#count;
    let seen = 0;
    for (const [index, count] of this.#sorted()) {
      seen += count;
      if (seen >= rank && count > 0) return Math.min(middleOf(index), this.#max);
    }
    return this.#max;
  }

  toJSON(): HistogramData {
    return { n: this.#count, sum: this.#sum, max: this.#max, b: this.#sorted().flat() };
  }

  static from(data: HistogramData): Histogram {
    const histogram = new Histogram();
    histogram.add(data);
    return histogram;
  }

  #sorted(): [number, number][] {
    return [...this.#buckets].sort((a, b) => a[0] - b[0]);
  }
}

/** Buckets 0 … 31 hold one value each; then 32 buckets an octave. */
export function bucketOf(value: number): number {
  if (value < SUB) return value;
  let exponent = Math.floor(Math.log2(value));
  // log2 rounds near powers of two.
  if (2 ** exponent > value) exponent--;
  else if (2 ** (exponent + 1) <= value) exponent++;
  const sub = Math.floor(value / 2 ** (exponent - SUB_BITS)) - SUB;
  return (exponent - SUB_BITS + 1) * SUB + sub;
}

/** The smallest value of a bucket. */
export function lowestOf(bucket: number): number {
  if (bucket < SUB) return bucket;
  const octave = Math.floor(bucket / SUB) - 1;
  return (SUB + (bucket % SUB)) * 2 ** octave;
}

function middleOf(bucket: number): number {
  const low = lowestOf(bucket);
  return low + Math.floor((lowestOf(bucket + 1) - 1 - low) / 2);
}
