import { LogBinSum } from '../statistics/log-bins.ts';
import type { Block, SideBlock } from './block.ts';

export type MeasureName = 'throughput' | 'p50' | 'p99' | 'p999';

export const MEASURES: readonly MeasureName[] = ['throughput', 'p50', 'p99', 'p999'];

const QUANTILES: Readonly<Record<Exclude<MeasureName, 'throughput'>, number>> = {
  p50: 0.5,
  p99: 0.99,
  p999: 0.999,
};

/** Requests that must lie beyond a percentile, on each side, before the percentile of a group means much. */
const BEYOND_MIN = 5;

export interface Pairs {
  /** Blocks that one pair was taken from. */
  readonly blocks_per_pair: number;
  /** Logarithms of ratios, positive where after is faster, in the order in which the blocks ran. */
  readonly gains: readonly number[];
}

/**
 * One paired log-ratio for each block; for a percentile so high that a block has too few requests beyond it,
 * for each group of as many neighbouring blocks as it takes. Blocks left over at the end join the last group.
 */
export function pairsOf(
  name: MeasureName,
  blocks: readonly Block[],
  sum: LogBinSum = new LogBinSum(),
): Pairs {
  const size = blocksPerPair(name, blocks);
  const groups = Math.floor(blocks.length / size);
  const gains = Array.from({ length: groups }, (_, i) => {
    const group = blocks.slice(i * size, i === groups - 1 ? blocks.length : (i + 1) * size);
    const before = logOf(
      name,
      group.map((block) => block.before),
      sum,
    );
    const after = logOf(
      name,
      group.map((block) => block.after),
      sum,
    );
    // Less time is better, more throughput is.
    return name === 'throughput' ? after - before : before - after;
  });
  return { blocks_per_pair: size, gains };
}

/**
 * The share of pairs cut off at each end before their mean is taken. Of throughput and the median a tenth: a
 * pause of the machine during one block must not decide a proof. Of the tails four tenths, where there are
 * pairs enough: which block a pause hits decides its p99, so that only the middle of the pairs tells of the
 * program. What shows in few blocks only is the business of `wholeRun`.
 */
export function trimOf(name: MeasureName, pairs: number): number {
  if (!isTail(name)) return 0.1;
  return pairs >= 40 ? 0.4 : 0.2;
}

export function isTail(name: MeasureName): boolean {
  return name === 'p99' || name === 'p999';
}

/** How many blocks one pair of this measure needs. */
function blocksPerPair(name: MeasureName, blocks: readonly Block[]): number {
  if (name === 'throughput') return 1;
  const fewest = Math.min(total(blocks, 'before'), total(blocks, 'after')) / Math.max(1, blocks.length);
  return Math.max(1, Math.ceil(BEYOND_MIN / ((1 - QUANTILES[name]) * Math.max(1e-9, fewest))));
}

/** The natural logarithm of a measure over several blocks of one side. */
export function logOf(
  name: MeasureName,
  blocks: readonly SideBlock[],
  sum: LogBinSum = new LogBinSum(),
): number {
  if (name === 'throughput') {
    const answered = blocks.reduce((all, block) => all + block.answered, 0);
    const elapsed_ms = blocks.reduce((all, block) => all + block.elapsed_ms, 0);
    return Math.log(answered / (elapsed_ms / 1000));
  }
  sum.clear();
  for (const block of blocks) sum.add(block.latencies);
  return sum.logQuantile(QUANTILES[name]);
}

function total(blocks: readonly Block[], side: keyof Block): number {
  return blocks.reduce((all, block) => all + block[side].answered, 0);
}
