import { LogBinSum } from '../statistics/log-bins.ts';
import { studentQuantile } from '../statistics/student.ts';
import type { Block, SideBlock } from './block.ts';
import { clustersOf, launchesOf } from './launches.ts';
import { logOf, type MeasureName, type Pairs } from './measure.ts';
import type { SideName } from './side.ts';

export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Stretches of time that are left out in turn, where launches are too few for that. */
const GROUPS = 20;
/** So many clusters of launches take their place. */
const CLUSTERS_MIN = 8;

/**
 * The gain of a percentile over all requests of the run together, with an interval from the delete-a-group
 * jackknife and Student's t of one degree of freedom less than there are groups (Kott, The Delete-a-Group
 * Jackknife, Journal of Official Statistics 17, 2001). Leaving out one request at a time would not do for a
 * percentile; leaving out a twentieth does (Shao and Wu, A General Theory for Jackknife Variance Estimation,
 * Annals of Statistics 17, 1989), and keeps together what is alike. The groups are the clusters of launches that
 * the gain is estimated from, or else twenty stretches of time. Far wider than the interval of the pairs, because
 * a few bad stretches decide it; but what happens in few slices shows here and only here.
 * @param confidence such as 0.9975
 * @returns undefined where there are too few blocks
 */
export function wholeRun(
  name: MeasureName,
  blocks: readonly Block[],
  { blocks_per_pair }: Pick<Pairs, 'blocks_per_pair'>,
  confidence: number,
): Interval | undefined {
  if (blocks.length < 2 * GROUPS) return undefined;
  const clusters = clustersOf(launchesOf(blocks), blocks_per_pair);
  const groups = clusters.length >= CLUSTERS_MIN ? clusters : stretchesOf(blocks);
  const sum = new LogBinSum();
  const before = sideOf(name, groups, 'before', sum);
  const after = sideOf(name, groups, 'after', sum);
  const gains = before.without.map((one, i) => one - after.without[i]!);
  const n = groups.length;
  const mean = gains.reduce((all, one) => all + one, 0) / n;
  const squares = gains.reduce((all, one) => all + (one - mean) ** 2, 0);
  const half = studentQuantile(confidence, n - 1) * Math.sqrt(((n - 1) / n) * squares);
  const estimate = before.all - after.all;
  return { estimate, low: estimate - half, high: estimate + half };
}

function stretchesOf(blocks: readonly Block[]): Block[][] {
  const border = (i: number): number => Math.round((i * blocks.length) / GROUPS);
  return Array.from({ length: GROUPS }, (_, i) => blocks.slice(border(i), border(i + 1)));
}

/** The logarithm of the percentile of one side: of all groups, and of all but each. */
function sideOf(
  name: MeasureName,
  groups: readonly (readonly Block[])[],
  side: SideName,
  sum: LogBinSum,
): { all: number; without: number[] } {
  const parts: SideBlock[][] = groups.map((group) => group.map((block) => block[side]));
  return {
    all: logOf(name, parts.flat(), sum),
    without: parts.map((_, left_out) => logOf(name, parts.filter((_part, i) => i !== left_out).flat(), sum)),
  };
}
