import type { Clusters } from '../statistics/clustered-mean.ts';
import { LogBinSum } from '../statistics/log-bins.ts';
import type { Block, SideBlock } from './block.ts';
import { clustersOf, launchesOf } from './launches.ts';
import type { SideName } from './side.ts';

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
  /** Launches that a cluster was made of, at least. */
  readonly launches_per_cluster: number;
  /**
   * Logarithms of ratios, positive where after is faster, in the order in which the blocks ran, in clusters that
   * share no launch.
   */
  readonly clusters: Clusters;
  /** Those of all clusters. */
  readonly gains: readonly number[];
}

/**
 * One paired log-ratio for each block; for a percentile so high that a block has too few requests beyond it,
 * for each group of as many neighbouring blocks as it takes. Blocks left over at the end of a cluster join its
 * last group. No group holds blocks of two launches, unless launches are too short for one.
 */
export function pairsOf(
  name: MeasureName,
  blocks: readonly Block[],
  sum: LogBinSum = new LogBinSum(),
): Pairs {
  return pairUp(name, blocks, blocksPerPair(name, blocks), (sides) => logOf(name, sides, sum));
}

/**
 * The same of the quieter half of each group: of each side the first slices of its blocks and the second ones
 * make a percentile of their own, each with requests enough beyond it, and the lower of the two counts. A pause
 * of the machine then has to hit both to show; and what makes all of a side slower shows as before.
 * @param name of a percentile
 */
export function quieterPairsOf(
  name: Exclude<MeasureName, 'throughput'>,
  blocks: readonly Block[],
  sum: LogBinSum = new LogBinSum(),
): Pairs {
  const halfOf = (sides: readonly SideBlock[], half: 0 | 1): number => {
    sum.clear();
    for (const { slices } of sides) sum.add(slices[half]);
    return sum.logQuantile(QUANTILES[name]);
  };
  return pairUp(name, blocks, blocksPerPair(name, blocks, 2), (sides) =>
    Math.min(halfOf(sides, 0), halfOf(sides, 1)),
  );
}

function pairUp(
  name: MeasureName,
  blocks: readonly Block[],
  size: number,
  levelOf: (sides: readonly SideBlock[]) => number,
): Pairs {
  const launches = launchesOf(blocks);
  if (launches.length === 0)
    return { blocks_per_pair: size, launches_per_cluster: 1, clusters: [], gains: [] };
  const gainOf = (group: readonly Block[]): number => {
    const before = levelOf(group.map((block) => block.before));
    const after = levelOf(group.map((block) => block.after));
    // Less time is better, more throughput is.
    return name === 'throughput' ? after - before : before - after;
  };
  const clusters = clustersOf(launches, size).map((cluster) => {
    const groups = Math.floor(cluster.length / size);
    return Array.from({ length: groups }, (_, i) =>
      gainOf(cluster.slice(i * size, i === groups - 1 ? cluster.length : (i + 1) * size)),
    );
  });
  return {
    blocks_per_pair: size,
    launches_per_cluster: Math.floor(launches.length / clusters.length),
    clusters,
    gains: clusters.flat(),
  };
}

export function isTail(name: MeasureName): name is 'p99' | 'p999' {
  return name === 'p99' || name === 'p999';
}

/** How many blocks one pair of this measure needs, of which each of so many parts has a percentile of its own. */
function blocksPerPair(name: MeasureName, blocks: readonly Block[], parts = 1): number {
  if (name === 'throughput') return 1;
  const fewest = Math.min(total(blocks, 'before'), total(blocks, 'after')) / Math.max(1, blocks.length);
  return Math.max(1, Math.ceil((BEYOND_MIN * parts) / ((1 - QUANTILES[name]) * Math.max(1e-9, fewest))));
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
  for (const { slices } of blocks) for (const slice of slices) sum.add(slice);
  return sum.logQuantile(QUANTILES[name]);
}

function total(blocks: readonly Block[], side: SideName): number {
  return blocks.reduce((all, block) => all + block[side].answered, 0);
}
