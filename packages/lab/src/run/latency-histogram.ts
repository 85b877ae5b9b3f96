import { build, type JsHistogram } from 'hdr-histogram-js';

/** Longest latency told apart, in microseconds: an hour. Longer ones are counted as this. */
const LATENCY_US_MAX = 3_600_000_000;

/**
 * Latencies in an HdrHistogram of microseconds with three significant digits: a percentile read from it is
 * within 0.1 % of the value recorded.
 */
export class LatencyHistogram {
  readonly histogram: JsHistogram;

  constructor() {
    this.histogram = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: LATENCY_US_MAX,
      numberOfSignificantValueDigits: 3,
      bitBucketSize: 32,
    }) as JsHistogram;
  }

  get count(): number {
    return this.histogram.totalCount;
  }

  record(latency_ms: number): void {
    const us = Math.round(latency_ms * 1000);
    this.histogram.recordValue(us < 0 ? 0 : us > LATENCY_US_MAX ? LATENCY_US_MAX : us);
  }

  add(other: LatencyHistogram): void {
    this.histogram.add(other.histogram);
  }

  reset(): void {
    this.histogram.reset();
  }

  /** @param quantile 0 to 1 @returns milliseconds; NaN when empty */
  at(quantile: number): number {
    if (this.count === 0) return Number.NaN;
    // The library answers with the end of a bucket, which may lie beyond the longest value in it.
    return Math.min(this.histogram.getValueAtPercentile(quantile * 100), this.histogram.maxValue) / 1000;
  }

  /** @returns milliseconds; NaN when empty */
  mean(): number {
    return this.count === 0 ? Number.NaN : this.histogram.mean / 1000;
  }

  /** @returns the longest, in milliseconds; 0 when empty */
  max(): number {
    return this.count === 0 ? 0 : this.histogram.maxValue / 1000;
  }

  /** The counts that are not zero, by value in milliseconds, ascending. */
  *counts(): Generator<{ readonly value_ms: number; readonly count: number }> {
    const { histogram } = this;
    for (let i = 0; i < histogram.countsArrayLength; i++) {
      const count = histogram.getCountAtIndex(i);
      if (count > 0)
        yield { value_ms: histogram.medianEquivalentValue(histogram.valueFromIndex(i)) / 1000, count };
    }
  }
}
