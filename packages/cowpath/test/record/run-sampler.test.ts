import { describe, expect, test } from 'vitest';
import { RunSampler } from '../../src/recorder/run-sampler.ts';

/** Runs that open every `every_ms`, each analysed at once in `cost_ms`; the weights they were given. */
function weights(sampler: RunSampler, runs: number, every_ms: number, cost_ms: number): number[] {
  return Array.from({ length: runs }, (_, i) => {
    const weight = sampler.open('GET /books/:id', i * every_ms);
    if (weight > 0) sampler.spent('GET /books/:id', 0, cost_ms);
    return weight;
  });
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

describe('RunSampler', () => {
  test('follows the first thousand runs of every name', () => {
    const sampler = new RunSampler(false);
    for (const name of ['a', 'b', 'c']) {
      for (let i = 0; i < 1000; i++) {
        expect(sampler.open(name, 0)).toBe(1);
        sampler.spent(name, 1, 1000);
      }
    }
  });

  test('every run, when told so', () => {
    const sampler = new RunSampler(true);
    expect(sum(weights(sampler, 5000, 0, 1000))).toBe(5000);
  });

  test('follows slow traffic whole: its cost is within the budget', () => {
    // A run every five seconds, a tenth of a millisecond each.
    const given = weights(new RunSampler(false), 5000, 5000, 0.1);
    // Gaps are random: a few of them are long.
    expect(given.filter((weight) => weight > 0).length).toBeGreaterThan(4900);
  });

  test('keeps within a hundredth of a per cent of the time, and misses no run but the last ones', () => {
    // A thousand a second for 1,000 s; 1,000 of them always; then 0.1 ms each of a budget of one a second.
    const given = weights(new RunSampler(false), 1_000_000, 1, 0.1);
    const later = given.slice(1000).filter((weight) => weight > 0);
    expect(later.length * 0.1).toBeLessThan(999_000 * 0.0001 * 1.4);
    expect(later.length * 0.1).toBeGreaterThan(999_000 * 0.0001 * 0.6);
    const last = given.findLastIndex((weight) => weight > 0);
    expect(sum(given)).toBe(last + 1);
    expect(given.length - last).toBeLessThan(10_000);
  });

  test('traffic that repeats itself is met at all its points alike', () => {
    const given = weights(new RunSampler(false), 1_000_000, 1, 0.1);
    const odd = sum(given.filter((_, i) => i % 2 === 1));
    expect(odd / sum(given)).toBeGreaterThan(0.4);
    expect(odd / sum(given)).toBeLessThan(0.6);
  });

  test('a name that is rarely seen is followed beside one that uses the budget up', () => {
    const sampler = new RunSampler(false);
    for (let i = 0; i < 1000; i++) sampler.open('rare', 0);
    let followed = 0;
    for (let at = 0; at < 100_000; at++) {
      if (sampler.open('frequent', at) > 0) sampler.spent('frequent', 0, 50);
      if (at % 5000 === 0 && sampler.open('rare', at) > 0) followed++;
    }
    expect(followed).toBeGreaterThanOrEqual(9);
  });

  test('a million names are a thousand and the others', () => {
    const sampler = new RunSampler(false);
    let followed = 0;
    for (let i = 0; i < 1_000_000; i++) if (sampler.open(`name ${i}`, 0) > 0) followed++;
    expect(followed).toBeGreaterThanOrEqual(2000);
    expect(followed).toBeLessThan(3000);
  });
});
