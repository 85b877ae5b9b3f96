import type { LogBinSum } from '../statistics/log-bins.ts';
import { standardError } from '../statistics/trimmed-mean.ts';
import type { Block } from './block.ts';
import { isTail, type MeasureName, type Pairs, pairsOf, quieterPairsOf } from './measure.ts';

/** Which pairs a measure is judged by, and the share of them cut off at each end before their mean is taken. */
export interface Middle {
  readonly pairs: Pairs;
  readonly trim: number;
}

/** A pause of the machine during one block must not decide a proof. */
const TRIM = 0.1;
const TAIL_TRIMS = [TRIM, 0.25, 0.4];
/** With fewer pairs, their spread does not tell which of several estimates is the best. */
const CHOICE_PAIRS_MIN = 60;
const TRIM_FEW = 0.2;
/** Spreads are only estimates: what is usual gives way to what has less than this share of its error. */
const BETTER_SHARE = 0.5;

/**
 * How the gain of a measure is estimated. Which block a pause of the machine hits decides its p99, so on a busy
 * machine only the middle pairs, of the quieter slices, tell of the program; on a quiet one that would throw
 * most of the requests away. So for the tails, the share cut off, and whether all slices or the quieter ones are
 * compared, are those of the least standard error in this very run (Jaeckel, Some Flexible Estimates of
 * Location, Annals of Mathematical Statistics 42, 1971), where it is clearly the least. The choice looks at the
 * spread of the pairs alone, never at which side they favour. What shows in few slices only is the business of
 * `wholeRun`.
 */
export function middleOf(name: MeasureName, blocks: readonly Block[], sum: LogBinSum): Middle {
  const all = pairsOf(name, blocks, sum);
  if (!isTail(name)) return { pairs: all, trim: TRIM };
  if (all.gains.length < CHOICE_PAIRS_MIN) return { pairs: all, trim: TRIM_FEW };
  const [usual, ...others] = [all, quieterPairsOf(name, blocks, sum)]
    .filter(({ gains }) => gains.length >= CHOICE_PAIRS_MIN)
    .flatMap((pairs) => TAIL_TRIMS.map((trim) => ({ pairs, trim, error: standardError(pairs.gains, trim) })));
  const best = others.reduce((least, one) => (one.error < least.error ? one : least));
  return best.error < usual!.error * BETTER_SHARE ? best : usual!;
}
