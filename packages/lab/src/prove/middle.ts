import type { LogBinSum } from '../statistics/log-bins.ts';
import { likelyHalfWidth } from '../statistics/trimmed-mean.ts';
import type { Block } from './block.ts';
import { isTail, type MeasureName, type Pairs, pairsOf, quieterPairsOf } from './measure.ts';

/** Which pairs a measure is judged by, and the share of them cut off at each end before their mean is taken. */
export interface Middle {
  readonly pairs: Pairs;
  readonly trim: number;
}

/** A pause of the machine during one block must not decide a proof. */
const TRIM = 0.1;
/** Nor may one that takes the blocks of a launch or two. */
const TRIM_LAUNCHES = 0.2;
const TAIL_TRIMS = [0.25, 0.4];
/** With fewer pairs, their spread does not tell which of several estimates is the best. */
const CHOICE_PAIRS_MIN = 60;
const TRIM_FEW = 0.2;
/** The narrowest of several looks narrower than it is: what is usual gives way to what has less than this share of its width. */
const BETTER_SHARE = 0.75;

/**
 * How the gain of a measure is estimated. Which block a pause of the machine hits decides its p99, so on a busy
 * machine only the middle pairs, of the quieter slices, tell of the program; on a quiet one that would throw
 * most of the requests away. So for the tails, the share cut off, and whether all slices or the quieter ones are
 * compared, are those of the narrowest interval in this very run (Jaeckel, Some Flexible Estimates of Location,
 * Annals of Mathematical Statistics 42, 1971), where it is clearly the narrowest. Its width counts with the doubt
 * that few values leave about it, or few values with little spread by chance would be chosen too often. The choice
 * looks at the spread of the pairs alone, never at which side they favour, and is the same for all launches. Where
 * comparing the quieter slices would take more launches for a pair, it is no choice. What shows in few slices only is the
 * business of `wholeRun`.
 * @param confidence of the interval that will be made of them
 */
export function middleOf(
  name: MeasureName,
  blocks: readonly Block[],
  sum: LogBinSum,
  confidence: number,
): Middle {
  const all = pairsOf(name, blocks, sum);
  const trimUsual = all.clusters.length > 1 ? TRIM_LAUNCHES : TRIM;
  if (!isTail(name)) return { pairs: all, trim: trimUsual };
  if (all.gains.length < CHOICE_PAIRS_MIN) return { pairs: all, trim: TRIM_FEW };
  const [usual, ...others] = [all, quieterPairsOf(name, blocks, sum)]
    .filter(
      ({ gains, clusters }) => gains.length >= CHOICE_PAIRS_MIN && clusters.length === all.clusters.length,
    )
    .flatMap((pairs) =>
      [trimUsual, ...TAIL_TRIMS].map((trim) => ({
        pairs,
        trim,
        half: likelyHalfWidth(pairs.gains, trim, confidence),
      })),
    );
  const best = others.reduce((least, one) => (one.half < least.half ? one : least));
  return best.half < usual!.half * BETTER_SHARE ? best : usual!;
}
