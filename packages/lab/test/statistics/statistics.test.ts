import { describe, expect, it } from 'vitest';
import { overallOf } from '../../src/prove/analysis.ts';
import { LogBinSum, logBins } from '../../src/statistics/log-bins.ts';
import { Random } from '../../src/statistics/random.ts';
import { normalQuantile, studentQuantile } from '../../src/statistics/student.ts';
import { trendOf } from '../../src/statistics/trend.ts';
import {
  likelyHalfWidth,
  middleMean,
  standardError,
  trimmedMean,
} from '../../src/statistics/trimmed-mean.ts';
import { valuesToSettle, verdictOf } from '../../src/statistics/verdict.ts';
import { normal } from '../prove/draw.ts';

describe('LogBinSum', () => {
  it('reads quantiles of a sum within a bin of the truth', () => {
    const random = new Random(7);
    const values = Array.from({ length: 20_000 }, () => Math.exp(normal(random)) * 3);
    const sum = new LogBinSum();
    sum.add(logBins([99]));
    sum.clear();
    sum.add(logBins(values.slice(0, 5_000)));
    sum.add(logBins(values.slice(5_000)));
    values.sort((a, b) => a - b);
    for (const quantile of [0.01, 0.5, 0.9, 0.99, 0.999]) {
      const truth = Math.log(values[Math.ceil(quantile * values.length) - 1]!);
      expect(Math.abs(sum.logQuantile(quantile) - truth)).toBeLessThan(0.0021);
    }
    expect(sum.total).toBe(20_000);
  });

  it('holds the shortest and the longest', () => {
    const sum = new LogBinSum();
    sum.add(logBins([0, 1e-9, 1e12]));
    expect(sum.total).toBe(3);
    expect(sum.logQuantile(1)).toBeGreaterThan(Math.log(3_600_000));
  });
});

describe('quantiles', () => {
  // Printed tables, two-sided.
  it.each([
    [0.95, 8, 2.306],
    [0.99, 8, 3.3554],
    [0.9975, 19, 3.4812],
    [0.999, 11, 4.437],
    [0.95, 120, 1.9799],
    [0.95, 1, 12.706],
    [0.95, 2, 4.3027],
    [0.95, 3, 3.1824],
    [0.99, 1, 63.657],
    [0.99, 2, 9.9248],
    [0.99, 3, 5.8409],
    [0.99, 4, 4.6041],
    [0.995, 1, 127.321],
    [0.995, 2, 14.089],
    [0.995, 5, 4.773],
    [0.995, 29, 3.038],
    [0.995, 30, 3.0298],
    [0.999, 2, 31.599],
    [0.999, 30, 3.646],
    // In closed form: the tangent of a share of a quarter, and c * sqrt(2 / (1 - c * c)).
    [0.9975, 1, Math.tan((Math.PI * 0.9975) / 2)],
    [0.9975, 2, 0.9975 * Math.sqrt(2 / (1 - 0.9975 ** 2))],
  ])('of Student: confidence %f, %i degrees of freedom: %f', (confidence, freedom, value) => {
    expect(studentQuantile(confidence, freedom)).toBeCloseTo(value, 2);
  });

  it('of the normal distribution', () => {
    expect(normalQuantile(0.95)).toBeCloseTo(1.95996, 3);
    expect(normalQuantile(0.9975)).toBeCloseTo(3.02334, 3);
  });
});

describe('trimmedMean', () => {
  it('is the mean of what is left of ten with one cut off at each end, with the winsorised error', () => {
    const values = [100, 1, 2, 3, 4, 5, 6, 7, 8, -100];
    const { estimate, error } = trimmedMean(values, 0.1, 0.95, 1);
    expect(estimate).toBeCloseTo(4.5, 12);
    // Winsorised: 1 1 2 3 4 5 6 7 8 8, squares 66.5 about 4.5, over sqrt(10) and 0.8.
    expect(error).toBeCloseTo(Math.sqrt(66.5 / 9 / 10) / 0.8, 10);
    expect(standardError(values, 0.1)).toBe(error);
    expect(middleMean(values, 0.1)).toBe(estimate);
    expect(middleMean(values, 0.4)).toBe(4.5);
  });

  it('is never surer than Student would be of as many values as were kept', () => {
    const random = new Random(8);
    for (let i = 0; i < 20; i++) {
      const values = Array.from({ length: 40 }, () => normal(random));
      const { error, low, high } = trimmedMean(values, 0.4, 0.9975, i);
      expect((high - low) / 2).toBeGreaterThanOrEqual(error * studentQuantile(0.9975, 7) * 0.999);
      expect(likelyHalfWidth(values, 0.4, 0.9975)).toBeGreaterThan(error * studentQuantile(0.9975, 7));
    }
  });

  it('moves with its values, is the same for the same seed, and has no width where they do not differ', () => {
    const random = new Random(3);
    const values = Array.from({ length: 30 }, () => normal(random));
    const first = trimmedMean(values, 0.1, 0.99, 5);
    const moved = trimmedMean(
      values.map((value) => value + 10),
      0.1,
      0.99,
      5,
    );
    expect(moved.low).toBeCloseTo(first.low + 10, 9);
    expect(moved.high).toBeCloseTo(first.high + 10, 9);
    expect(trimmedMean(values, 0.1, 0.99, 5)).toEqual(first);
    expect(trimmedMean(Array(10).fill(0.3), 0.1, 0.99, 1)).toMatchObject({
      estimate: 0.3,
      low: 0.3,
      high: 0.3,
    });
  });

  // 5,000 draws each: a tenth here, all with COWPATH_SOAK.
  const rounds = process.env.COWPATH_SOAK ? 2_000 : 200;
  it.each([
    ['normal', 0.1, (random: Random) => normal(random)],
    ['heavy-tailed', 0.1, (random: Random) => normal(random) / Math.max(0.05, Math.abs(normal(random)))],
    ['normal, the middle fifth', 0.4, (random: Random) => normal(random)],
    [
      'heavy-tailed, the middle fifth',
      0.4,
      (random: Random) => normal(random) / Math.max(0.05, Math.abs(normal(random))),
    ],
  ])('covers the truth as often as it says: %s', (_, trim, draw) => {
    const random = new Random(11);
    let missed = 0;
    for (let i = 0; i < rounds; i++) {
      const values = Array.from({ length: 40 }, () => draw(random));
      const { low, high } = trimmedMean(values, trim, 0.95, i);
      if (low > 0 || high < 0) missed++;
    }
    // 5 % expected; three standard deviations of a binomial above it.
    expect(missed / rounds).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
  });
});

describe('trendOf', () => {
  it('finds a trend under noise, its size, and none where there is none', () => {
    const random = new Random(5);
    const noise = Array.from({ length: 80 }, () => normal(random) * 0.02);
    expect(Math.abs(trendOf(noise).z)).toBeLessThan(3);
    const rising = trendOf(noise.map((value, i) => value + (0.1 * i) / 79));
    expect(rising.z).toBeGreaterThan(3.29);
    expect(rising.change).toBeCloseTo(0.1, 1);
  });
});

describe('verdicts', () => {
  it.each([
    [-0.01, 0.01, 'no difference'],
    [0.002, 0.015, 'no difference'],
    [0.002, 0.05, 'faster'],
    [-0.06, -0.001, 'slower'],
    [-0.01, 0.03, 'inconclusive'],
    [-0.3, 0.3, 'inconclusive'],
  ])('%f to %f is %s', (low, high, verdict) => {
    expect(verdictOf({ low, high })).toBe(verdict);
  });

  it('says what it would take', () => {
    expect(valuesToSettle({ n: 20, estimate: 0, error: 0, low: -0.04, high: 0.04 })).toBeGreaterThan(80);
    expect(valuesToSettle({ n: 20, estimate: 0.1, error: 0, low: -0.01, high: 0.21 })).toBeLessThan(40);
  });

  it.each([
    [['faster', 'faster', 'inconclusive', 'inconclusive'], 'faster'],
    [['faster', 'no difference', 'slower', 'inconclusive'], 'mixed'],
    [['no difference', 'no difference', 'inconclusive', 'inconclusive'], 'no difference'],
    [['no difference', 'inconclusive', 'no difference', 'no difference'], 'inconclusive'],
    [['no difference', 'no difference', 'slower', 'inconclusive'], 'slower'],
  ] as const)('%j together are %s', (verdicts, overall) => {
    const names = ['throughput', 'p50', 'p99', 'p999'] as const;
    expect(overallOf(names.map((name, i) => ({ name, verdict: verdicts[i]! })))).toBe(overall);
  });
});
