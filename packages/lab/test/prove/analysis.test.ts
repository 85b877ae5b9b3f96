import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/prove/analysis.ts';
import type { Block, SideBlock } from '../../src/prove/block.ts';
import { mayEnd } from '../../src/prove/ending.ts';
import { MEASURES, pairsOf, quieterPairsOf } from '../../src/prove/measure.ts';
import { middleOf } from '../../src/prove/middle.ts';
import { LogBinSum, logBins } from '../../src/statistics/log-bins.ts';
import { Random } from '../../src/statistics/random.ts';
import { middleMean, standardError } from '../../src/statistics/trimmed-mean.ts';

/** A side that answers `requests` in about `latency_ms` each, one after another. */
function sideOf(random: Random, requests: number, latency_ms: number): SideBlock {
  const latencies = Array.from({ length: requests }, () => latency_ms * (1 + random.index(1000) / 5000));
  return {
    answered: requests,
    elapsed_ms: latencies.reduce((sum, one) => sum + one, 0),
    slices: [logBins(latencies.slice(0, requests / 2)), logBins(latencies.slice(requests / 2))],
  };
}

/** One slice of two with a pause that a tenth of its requests meet. */
function withPause(slices: SideBlock['slices'], at: 0 | 1, pause_ms = 5): SideBlock['slices'] {
  const { bins, counts } = slices[at];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [pause] = logBins([pause_ms]).bins;
  const paused = { bins: [...bins, pause!], counts: [...counts, Math.round(total / 10)] };
  return at === 0 ? [paused, slices[1]] : [slices[0], paused];
}

/** Blocks in which the side after takes `ratio(i)` times as long. */
function blocksOf(
  count: number,
  requests: number,
  ratio: (i: number) => number,
  level: (i: number) => number = () => 1,
): Block[] {
  const random = new Random(9);
  return Array.from({ length: count }, (_, i) => ({
    launch: 0,
    before: sideOf(random, requests, level(i)),
    after: sideOf(random, requests, level(i) * ratio(i)),
  }));
}

describe('analyse', () => {
  it('says no difference of equal sides, and finds five percent either way', () => {
    expect(
      analyse(
        blocksOf(40, 1000, () => 1),
        MEASURES,
        1,
      )
        .measures.slice(0, 3)
        .map(({ verdict }) => verdict),
    ).toEqual(Array(3).fill('no difference'));
    expect(
      analyse(
        blocksOf(40, 1000, () => 1.05),
        MEASURES,
        1,
      ).overall,
    ).toBe('slower');
    const { overall, measures } = analyse(
      blocksOf(40, 1000, () => 1 / 1.05),
      MEASURES,
      1,
    );
    expect(overall).toBe('faster');
    expect(Math.exp(measures[0]!.gain!.estimate)).toBeCloseTo(1.05, 2);
  });

  it('takes blocks together where a percentile needs it, and says so when there are too few', () => {
    const blocks = blocksOf(40, 1000, () => 1);
    expect(MEASURES.map((name) => pairsOf(name, blocks).blocks_per_pair)).toEqual([1, 1, 1, 5]);
    const few = analyse(
      blocksOf(40, 100, () => 1),
      MEASURES,
      1,
    );
    expect(few.measures[3]).toMatchObject({
      name: 'p999',
      gain: undefined,
      verdict: 'inconclusive',
      unsettled: { why: 'few requests', blocks: 400 },
    });
    expect(analyse([], MEASURES, 1)).toMatchObject({ overall: 'inconclusive' });
  });

  it('does not prove a gain that moves', () => {
    const { measures } = analyse(
      blocksOf(40, 1000, (i) => 1 + i / 400),
      MEASURES,
      1,
    );
    expect(measures[1]).toMatchObject({ verdict: 'inconclusive', unsettled: { why: 'drift' } });
    expect(measures[1]!.drift).toBeLessThan(-0.05);
  });

  it('does not take a program for equal that stalls in one block of five', () => {
    const stalls = (i: number): number => (i % 5 === 0 ? 3 : 1);
    const [, , p99] = analyse(blocksOf(200, 1000, stalls), MEASURES, 1).measures;
    // Most blocks say equal, the run as a whole does not.
    expect(p99!.gain!.low).toBeGreaterThan(-0.02);
    expect(p99!.whole!.high).toBeLessThan(-0.5);
    expect(p99).toMatchObject({ verdict: 'inconclusive', unsettled: { why: 'uneven' } });
    const even = analyse(
      blocksOf(200, 1000, () => 1.05),
      MEASURES,
      1,
    ).measures[2]!;
    expect(even.verdict).toBe('slower');
    expect(even.whole!.estimate).toBeCloseTo(-Math.log(1.05), 2);
  });

  it('does not take a program for equal that stalls in every second slice', () => {
    const stalling = blocksOf(200, 1000, () => 1).map(({ before, after }, i) => ({
      launch: 0,
      before,
      after: { ...after, slices: withPause(after.slices, (i % 2) as 0 | 1) },
    }));
    const sum = new LogBinSum();
    // The quieter slices know nothing of it, but the run as a whole does.
    expect(Math.abs(middleMean(quieterPairsOf('p99', stalling, sum).gains, 0.4))).toBeLessThan(0.02);
    const p99 = analyse(stalling, MEASURES, 1).measures[2]!;
    expect(p99.whole!.high).toBeLessThan(-0.5);
    expect(['slower', 'inconclusive']).toContain(p99.verdict);
  });

  it('says so when both sides move together, and proves all the same', () => {
    const { levels, overall } = analyse(
      blocksOf(
        40,
        1000,
        () => 1,
        (i) => 1 + i / 200,
      ),
      MEASURES,
      1,
    );
    expect(overall).toBe('no difference');
    expect(levels.before).toBeLessThan(-0.1);
    expect(levels.after).toBeLessThan(-0.1);
  });

  it('compares all slices on a quiet machine, and the quieter ones where pauses hit many', () => {
    const quiet = blocksOf(100, 1000, () => 1);
    const sum = new LogBinSum();
    expect(middleOf('p99', quiet, sum, 0.9975)).toMatchObject({ trim: 0.1, pairs: pairsOf('p99', quiet) });
    // In two slices of five, of either side, for a tenth of the requests.
    const random = new Random(4);
    const hit = ({ slices, ...side }: SideBlock): SideBlock => ({
      ...side,
      slices:
        random.index(5) < 4 ? withPause(slices, random.index(2) as 0 | 1, 2 + random.index(40)) : slices,
    });
    const busy = quiet.map(({ before, after }) => ({ launch: 0, before: hit(before), after: hit(after) }));
    const quieter = quieterPairsOf('p99', busy, sum);
    const { pairs, trim } = middleOf('p99', busy, sum, 0.9975);
    expect(pairs).toEqual(quieter);
    const error = standardError(quieter.gains, trim);
    expect(error).toBeLessThan(standardError(pairsOf('p99', busy).gains, 0.1) / 2);
    const [throughput, , p99] = analyse(busy, MEASURES, 1).measures;
    expect(throughput!.verdict).toBe('no difference');
    expect(p99!.verdict).toBe('no difference');
    // Throughput and the median never choose.
    expect(middleOf('p50', busy, sum, 0.9975)).toMatchObject({ trim: 0.1, pairs: pairsOf('p50', busy) });
  });

  it('may end when intervals are narrow or the effect is beyond doubt', () => {
    expect(
      mayEnd(
        blocksOf(40, 1000, () => 1),
        MEASURES,
      ),
    ).toBe(true);
    const random = new Random(2);
    const noisy = (mean: number) => blocksOf(40, 1000, () => mean * (0.7 + random.index(600) / 1000));
    expect(mayEnd(noisy(1), MEASURES)).toBe(false);
    expect(mayEnd(noisy(5), MEASURES)).toBe(true);
  });
});
