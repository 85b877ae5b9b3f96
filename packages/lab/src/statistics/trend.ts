export interface Trend {
  /** Change from the first value to the last where `z` is beyond TREND_Z_MIN, else 0; by the Theil-Sen slope: the median of all pairwise slopes. */
  readonly change: number;
  /** How many standard deviations Mann and Kendall's S lies from what no trend would give. */
  readonly z: number;
}

/** Beyond this a trend is no chance: one in a thousand without one. */
export const TREND_Z_MIN = 3.29;

/** The trend of values in their order. Of fewer than 8 it takes none for beyond chance. */
export function trendOf(values: readonly number[]): Trend {
  return trendWithin([values]);
}

/**
 * The trend that groups of values have in common, each in its order; what differs from group to group is of no
 * account. S and its variance are added up over the groups (Hirsch, Slack and Smith, Techniques of Trend Analysis
 * for Monthly Water Quality Data, Water Resources Research 18, 1982), and `change` is from the first value to the
 * last of a group of mean length.
 */
export function trendWithin(groups: readonly (readonly number[])[]): Trend {
  let score = 0;
  let variance = 0;
  for (const values of groups) {
    const n = values.length;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) score += Math.sign(values[j]! - values[i]!);
    variance += (n * (n - 1) * (2 * n + 5)) / 18;
  }
  if (variance === 0) return { z: 0, change: 0 };
  const z = (score - Math.sign(score)) / Math.sqrt(variance);
  const length = groups.reduce((sum, { length }) => sum + length, 0) / groups.length;
  // The slopes cost far more than the score, and the size of a trend that is none is of no interest.
  return { z, change: Math.abs(z) < TREND_Z_MIN ? 0 : medianSlope(groups) * (length - 1) };
}

function medianSlope(groups: readonly (readonly number[])[]): number {
  const slopes = new Float64Array(groups.reduce((sum, { length: n }) => sum + (n * (n - 1)) / 2, 0));
  let k = 0;
  for (const values of groups) {
    for (let i = 0; i < values.length; i++)
      for (let j = i + 1; j < values.length; j++) slopes[k++] = (values[j]! - values[i]!) / (j - i);
  }
  slopes.sort();
  const middle = slopes.length >> 1;
  return slopes.length % 2 === 1 ? slopes[middle]! : (slopes[middle - 1]! + slopes[middle]!) / 2;
}
