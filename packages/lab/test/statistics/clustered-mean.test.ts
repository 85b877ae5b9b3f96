import { describe, expect, it } from 'vitest';
import {
  clusteredMean,
  clustersToSettle,
  fractionallyTrimmedMean,
  spreadBetween,
} from '../../src/statistics/clustered-mean.ts';
import { Random } from '../../src/statistics/random.ts';
import { trimmedMean } from '../../src/statistics/trimmed-mean.ts';
import { normal } from '../prove/draw.ts';

/** `clusters` of `values` each: a normal offset for each cluster, and noise of standard deviation 1. */
function drawClusters(random: Random, clusters: number, values: number, offsets: number): number[][] {
  return Array.from({ length: clusters }, () => {
    const offset = normal(random) * offsets;
    return Array.from({ length: values }, () => offset + normal(random));
  });
}

describe('fractionallyTrimmedMean', () => {
  it('counts the outermost values by what is left of them', () => {
    // 0.6 of a value off each end: (0.4 * 0 + 1 + 2 + 3 + 4 + 0.4 * 100) / 4.8.
    expect(fractionallyTrimmedMean([100, 0, 3, 1, 4, 2], 0.1)).toBeCloseTo(50 / 4.8, 12);
    // A whole one off each end.
    expect(fractionallyTrimmedMean([-50, 1, 2, 3, 100], 0.2)).toBeCloseTo(2, 12);
    expect(fractionallyTrimmedMean([7], 0.4)).toBeCloseTo(7, 12);
    expect(fractionallyTrimmedMean([1, 3], 0.4)).toBeCloseTo(2, 12);
    expect(fractionallyTrimmedMean([5, 1, 900], 0.4)).toBeCloseTo(5, 12);
  });
});

describe('clusteredMean', () => {
  it.each([
    { what: 'one value each', times: 1 },
    { what: 'the same value three times', times: 3 },
  ])('is the mean with the interval of Student over clusters, by hand: $what', ({ times }) => {
    const clusters = [0, 0.02, 0.04, 0.06].map((value) => Array.from({ length: times }, () => value));
    const { n, estimate, error, low, high } = clusteredMean(clusters, 0, 0.99);
    expect({ n, estimate }).toEqual({ n: 4, estimate: expect.closeTo(0.03, 12) });
    // 0, 2, 4, 6: squares 9 + 1 + 1 + 9 about 3, over 3 and 4; Student's t of three degrees of freedom: 5.841.
    expect(error).toBeCloseTo(Math.sqrt(20 / 3 / 4) / 100, 12);
    expect(high - estimate).toBeCloseTo(5.841 * error, 5);
    expect(estimate - low).toBeCloseTo(5.841 * error, 5);
  });

  it('of clusters that differ by much has as few degrees of freedom as trimming leaves', () => {
    // Cut off are the lowest and the highest cluster, wholly; four are left. Winsorised: 1 1 2 3 4 4.
    const clusters = [-90, 1, 2, 3, 4, 90].map((value) => [value, value, value, value, value, value]);
    const { estimate, error, high } = clusteredMean(clusters, 1 / 6, 0.99);
    expect(estimate).toBeCloseTo(2.5, 12);
    // Squares about 2.5: 2.25 four times, 0.25 twice; six clusters of which five are free, four left.
    expect(error).toBeCloseTo(Math.sqrt((9.5 * 6) / 5) / 4, 12);
    const [between, t3, t5] = [(high - estimate) / error, 5.841, 4.032];
    expect(between).toBeLessThan(t3);
    expect(between).toBeGreaterThan(t5 + 0.7 * (t3 - t5));
  });

  it('is not moved by what hits most of one cluster', () => {
    const random = new Random(23);
    const clusters = drawClusters(random, 10, 8, 0.2);
    const hit = clusters.map((values, i) =>
      i === 4 ? values.map((value, j) => (j < 6 ? value - 30 : value)) : values,
    );
    const quiet = clusteredMean(clusters, 0.2, 0.99);
    const busy = clusteredMean(hit, 0.2, 0.99);
    expect(Math.abs(busy.estimate - quiet.estimate)).toBeLessThan(quiet.error);
    expect(busy.error).toBeLessThan(quiet.error * 1.5);
  });

  it.each([
    { clusters: 6, values: 8, offsets: 0, trim: 0.2 },
    { clusters: 6, values: 8, offsets: 1, trim: 0.2 },
    { clusters: 20, values: 8, offsets: 1, trim: 0.2 },
    { clusters: 20, values: 8, offsets: 30, trim: 0.2 },
    { clusters: 12, values: 2, offsets: 0, trim: 0.25 },
    { clusters: 20, values: 4, offsets: 0, trim: 0.4 },
    { clusters: 12, values: 1, offsets: 0, trim: 0.2 },
  ])(
    'covers the truth at least as often as it says: $clusters clusters of $values that differ by $offsets, $trim cut off',
    ({ clusters, values, offsets, trim }) => {
      const rounds = process.env.COWPATH_SOAK ? 20_000 : 2_000;
      const random = new Random(21);
      let missed = 0;
      for (let i = 0; i < rounds; i++) {
        const { low, high } = clusteredMean(drawClusters(random, clusters, values, offsets), trim, 0.95);
        if (low > 0 || high < 0) missed++;
      }
      // 5 % expected; three standard deviations of a binomial, and half a per cent for what is approximate.
      expect(missed / rounds).toBeLessThan(0.055 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
      expect(missed / rounds).toBeGreaterThan(0.002);
    },
  );

  it('does so where an interval of all values does not', () => {
    const random = new Random(24);
    const missed = { clusters: 0, values: 0 };
    for (let i = 0; i < 200; i++) {
      const clusters = drawClusters(random, 6, 8, 1);
      const misses = ({ low, high }: { low: number; high: number }): boolean => low > 0 || high < 0;
      if (misses(clusteredMean(clusters, 0.1, 0.95))) missed.clusters++;
      if (misses(trimmedMean(clusters.flat(), 0.1, 0.95, i))) missed.values++;
    }
    expect(missed.clusters / 200).toBeLessThan(0.1);
    expect(missed.values / 200).toBeGreaterThan(0.2);
  });
});

describe('spreadBetween', () => {
  it('is what clusters differ by beyond the noise within', () => {
    const random = new Random(22);
    const spreads = (offsets: number): number[] =>
      Array.from({ length: 50 }, () => spreadBetween(drawClusters(random, 20, 10, offsets), 0.1)!);
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / 50;
    expect(mean(spreads(1))).toBeCloseTo(1, 1);
    expect(mean(spreads(0))).toBeLessThan(0.15);
    expect(spreadBetween([[1, 2, 3, 4]], 0.1)).toBeUndefined();
    expect(
      spreadBetween(
        [
          [1, 2, 3],
          [1, 2, 3],
        ],
        0.1,
      ),
    ).toBeUndefined();
  });
});

describe('clustersToSettle', () => {
  it('asks for what narrows the interval to equivalence or away from zero', () => {
    const estimate = (value: number, error: number, n = 20) => ({
      n,
      estimate: value,
      error,
      low: value - 3.48 * error,
      high: value + 3.48 * error,
    });
    const equal = clustersToSettle(estimate(0, 0.01), 0.9975);
    // Half-width 3.48 %, wanted 1.98 % / sqrt(1.25): four times the launches, and less for Student's t.
    expect(equal).toBeGreaterThan(60);
    expect(equal).toBeLessThan(80);
    expect(clustersToSettle(estimate(0.05, 0.015), 0.9975)).toBeLessThan(40);
    expect(clustersToSettle(estimate(0.0099, 0.5), 0.9975)).toBe(100_000);
    // Of few, most of the width is Student's t, which more of them cure.
    expect(clustersToSettle(estimate(0, 0.01, 3), 0.9975)).toBeLessThan(30);
  });
});
