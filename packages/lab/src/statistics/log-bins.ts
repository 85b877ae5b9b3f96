/** Ratio between neighbouring bins. Values within one are told apart by rank, so a quantile is finer still. */
export const LN_BIN: number = Math.log(1.002);
const BINS = 12_000;
/** The shortest value told apart. */
const LN_LOW = Math.log(0.001);

/** Counts of values by logarithmic bin; only bins that are not empty. `bins` ascends. */
export interface LogBins {
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

/** @param values_ms in any order */
export function logBins(values_ms: Iterable<number>): LogBins {
  const found = new Map<number, number>();
  for (const value of values_ms) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((Math.log(value) - LN_LOW) / LN_BIN)));
    found.set(bin, (found.get(bin) ?? 0) + 1);
  }
  const sorted = [...found].sort((a, b) => a[0] - b[0]);
  return { bins: sorted.map(([bin]) => bin), counts: sorted.map(([, count]) => count) };
}

/** Adds up bins, and reads quantiles from the sum. Reused from one sum to the next. */
export class LogBinSum {
  private readonly sums = new Float64Array(BINS);
  private low: number = BINS;
  private high = -1;
  total = 0;

  clear(): void {
    if (this.high >= 0) this.sums.fill(0, this.low, this.high + 1);
    this.low = BINS;
    this.high = -1;
    this.total = 0;
  }

  add({ bins, counts }: LogBins): void {
    if (bins.length === 0) return;
    for (let i = 0; i < bins.length; i++) {
      this.sums[bins[i]!]! += counts[i]!;
      this.total += counts[i]!;
    }
    this.low = Math.min(this.low, bins[0]!);
    this.high = Math.max(this.high, bins.at(-1)!);
  }

  /** The natural logarithm, in milliseconds, of the value below which `quantile` of the counts lie. */
  logQuantile(quantile: number): number {
    const rank = quantile * this.total;
    let seen = 0;
    for (let bin = this.low; bin <= this.high; bin++) {
      const count = this.sums[bin]!;
      if (count > 0 && seen + count >= rank)
        return LN_LOW + (bin + Math.max(0, rank - seen) / count) * LN_BIN;
      seen += count;
    }
    return Number.NaN;
  }
}
