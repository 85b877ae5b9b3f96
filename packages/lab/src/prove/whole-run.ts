import { LogBinSum } from '../statistics/log-bins.ts';
import { studentQuantile } from '../statistics/student.ts';
import type { Block, SideBlock } from './block.ts';
import { logOf, type MeasureName } from './measure.ts';

export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

const GROUPS = 20;

/**
 * The gain of a percentile over all requests of the run together, with an interval from the delete-a-group
 * jackknife over twenty stretches of time and Student's t of nineteen degrees of freedom (Kott, The Delete-a-Group
 * Jackknife, Journal of Official Statistics 17, 2001). Leaving out one request at a time would not do for a
 * percentile; leaving out a twentieth does (Shao and Wu, A General Theory for Jackknife Variance Estimation,
 * Annals of Statistics 17, 1989), and keeps together what is alike in time. Far wider than the interval of the
 * pairs, because a few bad stretches decide it; but what happens in few slices shows here and only here.
 * @param confidence such as 0.9975
 * @returns undefined where there are too few blocks
 */
export function wholeRun(
  name: MeasureName,
  blocks: readonly Block[],
  confidence: number,
): Interval | undefined {
  if (blocks.length < 2 * GROUPS) return undefined;
  const sum = new LogBinSum();
  const before = sideOf(name, blocks, 'before', sum);
  const after = sideOf(name, blocks, 'after', sum);
  const gains = before.without.map((one, i) => one - after.without[i]!);
  const mean = gains.reduce((all, one) => all + one, 0) / GROUPS;
  const squares = gains.reduce((all, one) => all + (one - mean) ** 2, 0);
  const half = studentQuantile(confidence, GROUPS - 1) * Math.sqrt(((GROUPS - 1) / GROUPS) * squares);
  const estimate = before.all - after.all;
  return { estimate, low: estimate - half, high: estimate + half };
}

/** The logarithm of the percentile of one side: of all blocks, and of all but each group. */
function sideOf(
  name: MeasureName,
  blocks: readonly Block[],
  side: keyof Block,
  sum: LogBinSum,
): { all: number; without: number[] } {
  const parts: SideBlock[] = blocks.map((block) => block[side]);
  const groups = Array.from({ length: GROUPS }, (_, i) =>
    parts.slice(Math.round((i * parts.length) / GROUPS), Math.round(((i + 1) * parts.length) / GROUPS)),
  );
  const all = logOf(name, parts, sum);
  return {
    all,
    without: groups.map((group) => {
      const left_out = new Set(group);
      return logOf(
        name,
        parts.filter((part) => !left_out.has(part)),
        sum,
      );
    }),
  };
}
