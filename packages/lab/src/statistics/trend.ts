export interface Trend {
  /** Change from the first value to the last where `z` is beyond TREND_Z_MIN, else 0; by the Theil-Sen slope: the median of all pairwise slopes. */
  readonly change: number;
  /** How many standard deviations Mann and Kendall's S lies from what no trend would give. */
  readonly z: number;
}

/** Beyond this a trend is no chance: one in a thousand without one. */
export const TREND_Z_MIN = 3.29;

/** The trend of values in their order. @param values at least 8 */
export function trendOf(values: readonly number[]): Trend {
  const n = values.length;
  let score = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) score += Math.sign(values[j]! - values[i]!);
  const variance = (n * (n - 1) * (2 * n + 5)) / 18;
  const z = (score - Math.sign(score)) / Math.sqrt(variance);
  // The slopes cost far more than the score, and the size of a trend that is none is of no interest.
  return { z, change: Math.abs(z) < TREND_Z_MIN ? 0 : medianSlope(values) * (n - 1) };
}

function medianSlope(values: readonly number[]): number {
  const n = values.length;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let k = 0;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) slopes[k++] = (values[j]! - values[i]!) / (j - i);
  slopes.sort();
  const middle = slopes.length >> 1;
  return slopes.length % 2 === 1 ? slopes[middle]! : (slopes[middle - 1]! + slopes[middle]!) / 2;
}
