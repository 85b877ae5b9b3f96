import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/prove/analysis.ts';
import type { Block, SideBlock } from '../../src/prove/block.ts';
import { mayEnd } from '../../src/prove/ending.ts';
import { clustersOf, launchesOf } from '../../src/prove/launches.ts';
import { MEASURES, pairsOf } from '../../src/prove/measure.ts';
import { logBins } from '../../src/statistics/log-bins.ts';
import { Random } from '../../src/statistics/random.ts';
import { trimmedMean } from '../../src/statistics/trimmed-mean.ts';
import { normal } from './draw.ts';

/** A side that answers `requests` requests of about a millisecond, slower by `slower` (a logarithm). */
function sideOf(random: Random, requests: number, slower: number): SideBlock {
  const latency_ms = Math.exp(slower);
  const latencies = Array.from({ length: requests }, () => latency_ms * (1 + random.index(1000) / 5000));
  return {
    answered: requests,
    elapsed_ms: requests * latency_ms * (1 + random.index(1000) / 100_000),
    slices: [logBins(latencies.slice(0, requests / 2)), logBins(latencies.slice(requests / 2))],
  };
}

interface Drawn {
  readonly launches: number;
  readonly blocks: number;
  readonly requests?: number;
  /** Standard deviation of each process's own speed. */
  readonly spread?: number;
  /** How much slower the side after is, in all launches. */
  readonly slower?: number;
  /** How much slower both are at the end of each launch than when it begins. */
  readonly warming?: number;
}

function blocksOf({ launches, blocks, requests = 400, spread = 0, slower = 0, warming = 0 }: Drawn): Block[] {
  const random = new Random(17);
  return Array.from({ length: launches }, (_, launch) => {
    const before = normal(random) * spread;
    const after = normal(random) * spread + slower;
    return Array.from({ length: blocks }, (_block, i) => ({
      launch,
      before: sideOf(random, requests, before + (warming * i) / (blocks - 1)),
      after: sideOf(random, requests, after + (warming * i) / (blocks - 1)),
    }));
  }).flat();
}

/** Of one block a launch: the side after is faster by just this, as a logarithm. */
function exactBlocks(gains: readonly number[]): Block[] {
  const side = (elapsed_ms: number): SideBlock => ({
    answered: 100,
    elapsed_ms,
    slices: [logBins([1]), logBins([1])],
  });
  return gains.map((gain, launch) => ({ launch, before: side(1000), after: side(1000 * Math.exp(-gain)) }));
}

describe('launches', () => {
  it('are the unit of the interval: by hand', () => {
    const [throughput] = analyse(exactBlocks([0.06, 0.02, 0, 0.04]), ['throughput'], 1).measures;
    const { n, estimate, error, high } = throughput!.gain!;
    expect(n).toBe(4);
    expect(estimate).toBeCloseTo(0.03, 12);
    expect(error).toBeCloseTo(Math.sqrt(20 / 3 / 4) / 100, 12);
    expect(high - estimate).toBeCloseTo(5.841 * error, 5);
    expect(throughput!.launch_gains.map((gain) => gain.toFixed(9))).toEqual(
      [0.06, 0.02, 0, 0.04].map((gain) => gain.toFixed(9)),
    );
    // Four are too few: 3.355 * 2.58 % / 3 is more than 3 % / sqrt(1.25), 3.250 * 2.58 % / sqrt(10) is less.
    expect(throughput).toMatchObject({
      verdict: 'inconclusive',
      unsettled: { why: 'noise', blocks: 10, launches: 10 },
    });
  });

  it('make the interval as wide as they differ', () => {
    const width = (spread: number): number => {
      const { gain } = analyse(blocksOf({ launches: 12, blocks: 8, spread }), MEASURES, 1).measures[0]!;
      return gain!.high - gain!.low;
    };
    expect(width(0.02)).toBeGreaterThan(4 * width(0));
    const { launch_spread } = analyse(blocksOf({ launches: 30, blocks: 8, spread: 0.02 }), MEASURES, 1)
      .measures[0]!;
    // Of the difference of two.
    expect(launch_spread).toBeGreaterThan(0.02);
    expect(launch_spread).toBeLessThan(0.04);
  });

  it('when there is but one, leave the intervals to the pairs, as ever', () => {
    const blocks = blocksOf({ launches: 1, blocks: 40 });
    const analysis = analyse(blocks, MEASURES, 7);
    expect(analysis.launches).toBe(1);
    const { gain, launch_gains, launch_spread } = analysis.measures[1]!;
    expect(gain).toEqual(trimmedMean(pairsOf('p50', blocks).gains, 0.1, 0.9975, 8));
    expect({ launch_gains, launch_spread }).toEqual({ launch_gains: [], launch_spread: undefined });
  });

  it('are taken together where one is too short for a pair, all alike, and never cut', () => {
    const blocks = blocksOf({ launches: 20, blocks: 2 });
    const clusters = clustersOf(launchesOf(blocks), 5);
    const numbers = clusters.map((cluster) => [...new Set(cluster.map(({ launch }) => launch))]);
    expect(numbers.flat()).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(numbers.map(({ length }) => length).sort()).toEqual([3, 3, 3, 3, 4, 4]);
    // p99.9 of 400 requests a side and block: twelve and a half of them for five beyond.
    const pairs = pairsOf('p999', blocksOf({ launches: 20, blocks: 5 }));
    expect(pairs).toMatchObject({ blocks_per_pair: 13, launches_per_cluster: 3 });
    expect(pairs.clusters.map(({ length }) => length)).toEqual(Array(6).fill(1));
    // Nor do pairs of two blocks take the third of one launch and the first of the next.
    const odd = pairsOf('p99', blocksOf({ launches: 4, blocks: 3 }));
    expect(odd).toMatchObject({ blocks_per_pair: 2, launches_per_cluster: 1 });
    expect(odd.clusters.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
  });

  it('say so when all of them are too short for two clusters', () => {
    const [, , , p999] = analyse(blocksOf({ launches: 5, blocks: 3 }), MEASURES, 1).measures;
    expect(p999).toMatchObject({
      gain: undefined,
      verdict: 'inconclusive',
      unsettled: { why: 'few requests', blocks: 104 },
    });
  });

  it('that were cut short are left out', () => {
    const blocks = blocksOf({ launches: 4, blocks: 8 });
    const counts = (left: number): number[] => launchesOf(blocks.slice(0, left)).map(({ length }) => length);
    expect(counts(32)).toEqual([8, 8, 8, 8]);
    expect(counts(28)).toEqual([8, 8, 8, 4]);
    expect(counts(27)).toEqual([8, 8, 8]);
    expect(counts(3)).toEqual([3]);
    expect(counts(0)).toEqual([]);
  });

  it('that differ are no drift', () => {
    const { measures, levels, warming } = analyse(
      blocksOf({ launches: 20, blocks: 20, spread: 0.03 }),
      MEASURES,
      1,
    );
    expect(measures.map(({ drift }) => drift)).toEqual(Array(4).fill(undefined));
    expect({ levels, warming }).toEqual({
      levels: { before: undefined, after: undefined },
      warming: { before: undefined, after: undefined },
    });
  });

  it('of which each gains more than the one before are', () => {
    const blocks = blocksOf({ launches: 20, blocks: 8 }).map(({ launch, before, after }) => ({
      launch,
      before,
      after: { ...after, elapsed_ms: after.elapsed_ms * Math.exp(-launch / 200) },
    }));
    const { measures, levels } = analyse(blocks, MEASURES, 1);
    expect(measures[0]).toMatchObject({ verdict: 'inconclusive', unsettled: { why: 'drift' } });
    expect(measures[0]!.drift).toBeCloseTo(19 / 200, 1);
    expect(levels.before).toBeUndefined();
    expect(levels.after).toBeGreaterThan(0.05);
  });

  it('in which the sides are still warming up are told', () => {
    const { warming, levels } = analyse(
      blocksOf({ launches: 12, blocks: 10, spread: 0.02, warming: -0.08 }),
      MEASURES,
      1,
    );
    expect(levels).toEqual({ before: undefined, after: undefined });
    for (const side of ['before', 'after'] as const) {
      expect(warming[side]).toBeGreaterThan(0.06);
      expect(warming[side]).toBeLessThan(0.1);
    }
  });

  it('find five percent, equality, and what happens in some of them only', () => {
    const of = (slower: number) =>
      analyse(blocksOf({ launches: 20, blocks: 12, spread: 0.006, slower }), MEASURES, 1);
    expect(of(0.05).overall).toBe('slower');
    expect(of(-0.05).overall).toBe('faster');
    expect(of(0).measures.map(({ verdict }) => verdict)).toEqual(
      expect.arrayContaining(['no difference', 'no difference', 'no difference']),
    );
    // In one block of six of every launch the side after stalls.
    const [stall] = logBins([30]).bins;
    const stalling = blocksOf({ launches: 20, blocks: 12 }).map(({ launch, before, after }, i) => ({
      launch,
      before,
      after:
        i % 6 === 0
          ? {
              ...after,
              slices: [
                { bins: [...after.slices[0].bins, stall!], counts: [...after.slices[0].counts, 60] },
                after.slices[1],
              ] as const,
            }
          : after,
    }));
    const p99 = analyse(stalling, MEASURES, 1).measures[2]!;
    expect(p99.whole!.high).toBeLessThan(-0.5);
    expect(['slower', 'inconclusive']).toContain(p99.verdict);
  });

  it('end a proof early only for an effect beyond doubt, and not before the sixth', () => {
    const drawn = (launches: number, slower: number) =>
      blocksOf({ launches, blocks: 8, requests: 1200, spread: 0.002, slower });
    expect(mayEnd(drawn(5, 0.5), MEASURES)).toBe(false);
    expect(mayEnd(drawn(6, 0.5), MEASURES)).toBe(true);
    expect(mayEnd(drawn(6, -0.5), MEASURES)).toBe(true);
    // However narrow the interval is.
    expect(mayEnd(drawn(15, 0), MEASURES)).toBe(false);
    expect(mayEnd(drawn(6, 0), MEASURES, 0.5)).toBe(true);
  });
});
