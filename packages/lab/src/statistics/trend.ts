export interface Trend {
  /** Change from the first value to the last, by the Theil-Sen slope: the median of all pairwise slopes. */
  readonly change: number;
  /** How many standard deviations Mann and Kendall's S lies from what no trend would give. */
  readonly z: number;
}

/** Beyond this a trend is no chance: one in a thousand without one. */
export const TREND_Z_MIN = 3.29;

/** The trend of values in their order. @param values at least 8 */
export function trendOf(values: readonly number[]): Trend {
  const n = values.length;
  const slopes: number[] = [];
  let score = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const difference = values[j]! - values[i]!;
      score += Math.sign(difference);
      slopes.push(difference / (j - i));
    }
  }
  slopes.sort((a, b) => a - b);
  const middle = slopes.length >> 1;
  const slope = slopes.length % 2 === 1 ? slopes[middle]! : (slopes[middle - 1]! + slopes[middle]!) / 2;
  const variance = (n * (n - 1) * (2 * n + 5)) / 18;
  return { change: slope * (n - 1), z: (score - Math.sign(score)) / Math.sqrt(variance) };
}
