import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf, Histogram, lowestOf } from '../src/index.ts';

const value = fc.oneof(
  fc.nat(100),
  fc.nat(2 ** 31 - 1),
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 53 }).map((exponent) => 2 ** exponent),
  fc.integer({ min: 1, max: 53 }).map((exponent) => 2 ** exponent - 1),
);

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const one of values) histogram.record(one);
  return histogram;
}

/** The smallest value with at least the share `q` of all values at or below it. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
}

describe('buckets', () => {
  test('hold their value, and are at most 1/32 of it wide', () => {
    fc.assert(
      fc.property(value, (v) => {
        const bucket = bucketOf(v);
        expect(Number.isInteger(bucket)).toBe(true);
        expect(lowestOf(bucket)).toBeLessThanOrEqual(v);
        expect(lowestOf(bucket + 1)).toBeGreaterThan(v);
        if (v < 32) expect(lowestOf(bucket)).toBe(v);
        else expect(lowestOf(bucket + 1) - lowestOf(bucket)).toBeLessThanOrEqual(v / 32);
      }),
    );
  });

  test('never go back as values grow', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(Math.sign(bucketOf(b) - bucketOf(a)) * Math.sign(b - a)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('quantiles', () => {
  test('are within 1.6 % of the exact ones', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0, 0.1, 0.5, 0.9, 0.99, 1),
        (values, q) => {
          const exact = exactQuantile(values, q);
          const found = of(values).quantile(q);
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(exact / 63, 0));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('never exceed the maximum, and the last is in its bucket', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const histogram = of(values);
        expect(histogram.quantile(1)).toBeLessThanOrEqual(histogram.max);
        expect(bucketOf(histogram.quantile(1))).toBe(bucketOf(histogram.max));
      }),
    );
  });

  test('of nothing are 0', () => {
    expect([0, 0.5, 1].map((q) => new Histogram().quantile(q))).toEqual([0, 0, 0]);
    expect(new Histogram().mean).toBe(0);
  });

  test('beyond 0 and 1 are the ends', () => {
    const histogram = of([5, 7, 9]);
    expect(histogram.quantile(-1)).toBe(5);
    expect(histogram.quantile(7)).toBe(9);
  });
});

describe('count, sum and maximum', () => {
  const small = fc.array(fc.nat(2 ** 40), { maxLength: 50 });

  test('are exact', () => {
    fc.assert(
      fc.property(small, (values) => {
        const histogram = of(values);
        expect(histogram.count).toBe(values.length);
        expect(histogram.sum).toBe(values.reduce((sum, one) => sum + one, 0));
        expect(histogram.max).toBe(Math.max(0, ...values));
      }),
    );
  });

  test('what is no time counts as 0, what is too large as the largest', () => {
    const histogram = of([Number.NaN, -5, -Infinity]);
    expect(histogram.toJSON()).toEqual({ n: 3, sum: 0, max: 0, b: [0, 3] });
    expect(of([Infinity]).max).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('merging', () => {
  const part = fc.array(fc.nat(2 ** 40), { maxLength: 40 });
  const merged = (...parts: Histogram[]): Histogram => {
    const sum = new Histogram();
    for (const one of parts) sum.add(one.toJSON());
    return sum;
  };

  test('gives what recording all would have given, in any grouping and order', () => {
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        const all = of([...a, ...b, ...c]).toJSON();
        expect(merged(merged(of(a), of(b)), of(c)).toJSON()).toEqual(all);
        expect(merged(of(a), merged(of(b), of(c))).toJSON()).toEqual(all);
        expect(merged(of(c), of(a), of(b)).toJSON()).toEqual(all);
      }),
    );
  });

  test('with a weight scales counts, not values', () => {
    fc.assert(
      fc.property(
        part,
        fc.constantFrom(0.5, 0.25, 0.125),
        fc.constantFrom(0.1, 0.5, 0.99),
        (values, weight, q) => {
          const half = new Histogram();
          half.add(of(values).toJSON(), weight);
          expect(half.count).toBe(values.length * weight);
          expect(half.quantile(q)).toBe(of(values).quantile(q));
          expect(half.max).toBe(of(values).max);
        },
      ),
    );
  });

  test('survives being saved', () => {
    fc.assert(
      fc.property(part, (values) => {
        const saved = JSON.parse(JSON.stringify(of(values)));
        expect(Histogram.from(saved).toJSON()).toEqual(of(values).toJSON());
      }),
    );
  });
});
