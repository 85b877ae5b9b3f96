import { LogBinSum } from '../statistics/log-bins.ts';
import type { Block, SideBlock } from './block.ts';
import { logOf, type MeasureName } from './measure.ts';

export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

const GROUPS = 20;
/** Student's t for 19 degrees of freedom, two-sided 0.25 %. */
const T = 3.45;

/**
 * The gain of a percentile over all requests of the run together, with an interval from the delete-a-group
 * jackknife over twenty stretches of time (Shao and Tu, The Jackknife and Bootstrap, 1995, 2.3). Far wider than that of
 * the pairs, because a few bad stretches decide it; but what happens in few blocks shows here and only here.
 * @returns undefined where there are too few blocks
 */
export function wholeRun(name: MeasureName, blocks: readonly Block[]): Interval | undefined {
  if (blocks.length < 2 * GROUPS) return undefined;
  const sum = new LogBinSum();
  const before = sideOf(name, blocks, 'before', sum);
  const after = sideOf(name, blocks, 'after', sum);
  const gains = before.without.map((one, i) => one - after.without[i]!);
  const mean = gains.reduce((all, one) => all + one, 0) / GROUPS;
  const squares = gains.reduce((all, one) => all + (one - mean) ** 2, 0);
  const half = T * Math.sqrt(((GROUPS - 1) / GROUPS) * squares);
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
