import { describe, expect, test } from 'vitest';
import { SITE_LIMITS, SiteSampler } from '../../src/sites/index.ts';

/** A sampler on a clock of its own, and how many stacks it took. */
function sampled(seed = 1): { sampler: SiteSampler; taken: () => number; pass(ms: number): void } {
  let now = 0;
  let taken = 0;
  let state = seed;
  // A linear congruential generator: the same on every run.
  const random = (): number => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
  const capture = (): { stack: string } => ({ stack: `${++taken}` });
  const sampler = new SiteSampler(capture, () => now, random);
  return {
    sampler,
    taken: () => taken,
    pass: (ms) => {
      now += ms;
    },
  };
}

describe('which calls are looked at', () => {
  test('all of the first', () => {
    const { sampler } = sampled();
    for (let i = 0; i < SITE_LIMITS.samples_at_first / 2; i++) expect(sampler.take()).not.toBeNull();
  });

  test.each([
    ['10 a second', 100],
    ['1,000 a second', 1],
    ['100,000 a second', 0.01],
  ])('at %s: no more than the limit, and not far fewer', (_, every_ms) => {
    const { sampler, taken, pass } = sampled();
    const calls = Math.min(200_000, 120_000 / every_ms);
    for (let i = 0; i < calls; i++) {
      sampler.take();
      pass(every_ms);
    }
    const seconds = (calls * every_ms) / 1000;
    const most = SITE_LIMITS.samples_at_first + seconds * SITE_LIMITS.samples_per_second_max;
    expect(taken()).toBeLessThanOrEqual(Math.ceil(most));
    expect(taken()).toBeGreaterThanOrEqual(
      Math.min(calls, (seconds * SITE_LIMITS.samples_per_second_max) / 2),
    );
  });

  test('a sudden burst after quiet traffic does not exceed the limit', () => {
    const { sampler, taken, pass } = sampled();
    for (let i = 0; i < 1000; i++, pass(100)) sampler.take();
    const before = taken();
    for (let i = 0; i < 1_000_000; i++, pass(0.001)) sampler.take();
    expect(taken() - before).toBeLessThanOrEqual(
      SITE_LIMITS.samples_at_first + SITE_LIMITS.samples_per_second_max + 1,
    );
  });

  test('a burst later on, after a quiet time, is looked at here and there', () => {
    const { sampler, taken, pass } = sampled();
    for (let i = 0; i < 100_000; i++, pass(0.1)) sampler.take();
    for (let burst = 0; burst < 5; burst++) {
      for (let i = 0; i < 1000; i++, pass(100)) sampler.take();
      const before = taken();
      for (let i = 0; i < 1000; i++, pass(0.05)) sampler.take();
      expect(taken() - before).toBeGreaterThan(0);
      expect(taken() - before).toBeLessThanOrEqual(
        SITE_LIMITS.samples_burst_max + SITE_LIMITS.samples_per_second_max + 1,
      );
    }
  });

  test('in a loop of many calls each gets its share', () => {
    const { sampler, pass } = sampled();
    const loop = 50;
    const seen = new Array<number>(loop).fill(0);
    for (let i = 0; i < 600_000; i++, pass(0.5)) if (sampler.take()) seen[i % loop]!++;
    const mean = seen.reduce((sum, n) => sum + n) / loop;
    expect(mean).toBeGreaterThan(50);
    for (const n of seen) expect(n).toBeGreaterThan(mean / 3);
  });

  test('what a callback calls is looked at if its own call was, and with it', () => {
    const { sampler, taken } = sampled();
    const asked = sampler.take();
    const outer = sampler.enter(asked);
    expect(sampler.take()).toEqual({ stack: '2' });
    const inner = sampler.enter(null);
    expect(sampler.take()).toBeNull();
    sampler.leave(inner);
    expect(sampler.take()).toEqual({ stack: '3' });
    sampler.leave(outer);
    expect(taken()).toBe(3);
  });

  test('the first call on a connection that a callback was handed belongs to that callback', () => {
    const earlier: unknown[] = [];
    const sampler = new SiteSampler((one) => {
      earlier.push(one);
      return {};
    });
    const [client, other] = [{}, {}];
    const asked = sampler.take();
    sampler.leave(sampler.enter(asked), client);
    sampler.take(other);
    sampler.take(client);
    sampler.take(client);
    expect(earlier).toEqual([undefined, undefined, asked, undefined]);
  });
});
