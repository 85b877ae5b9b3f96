import { clusteredMean } from '../statistics/clustered-mean.ts';
import { LogBinSum } from '../statistics/log-bins.ts';
import { likelyHalfWidth, middleMean, VALUES_MIN } from '../statistics/trimmed-mean.ts';
import { EQUIVALENCE_LOG } from '../statistics/verdict.ts';
import { confidenceFor } from './analysis.ts';
import type { Block } from './block.ts';
import { launchesOf } from './launches.ts';
import type { MeasureName } from './measure.ts';
import { type Middle, middleOf } from './middle.ts';

/** The half-width that lets equal programs be called so in four proofs of five: see docs/design/lab.md. */
const HALF_WIDTH_WANTED = 0.7 * EQUIVALENCE_LOG;
/** From so many on, a proof of several launches may end before its last one. */
export const LAUNCHES_MIN = 6;
/** An effect so many half-widths from none is beyond doubt. */
const BEYOND_DOUBT = 2;

/**
 * Whether a running proof may end before its time. With one launch: when every measure's interval, estimated without
 * drawing, is narrow enough to show equality, or the effect is so large beside it that no further look can change
 * its sign. With several launches only for such an effect, at the end of a launch: how narrow the interval of few
 * launches is, is badly known, and who stops at the first that looks narrow stops where it is too narrow. The rule
 * never looks at whether a small effect has just become significant, which would make false verdicts likelier.
 * @param shift added to every gain, for simulations of a known effect
 */
export function mayEnd(blocks: readonly Block[], names: readonly MeasureName[], shift = 0): boolean {
  const sum = new LogBinSum();
  const confidence = confidenceFor(names.length);
  const launches = launchesOf(blocks).length;
  if (launches > 1 && launches < LAUNCHES_MIN) return false;
  const settled = launches > 1 ? beyondDoubt : narrow;
  // The far tail seldom narrows within any patience; a proof does not wait for it.
  return names
    .filter((name) => name !== 'p999')
    .every((name) => settled(middleOf(name, blocks, sum, confidence), confidence, shift));
}

function narrow({ pairs: { gains }, trim }: Middle, confidence: number, shift: number): boolean {
  if (gains.length < VALUES_MIN) return false;
  const half = likelyHalfWidth(gains, trim, confidence);
  return half <= HALF_WIDTH_WANTED || Math.abs(middleMean(gains, trim) + shift) > 4 * half;
}

function beyondDoubt({ pairs: { clusters }, trim }: Middle, confidence: number, shift: number): boolean {
  if (clusters.length < 2) return false;
  const { estimate, high } = clusteredMean(clusters, trim, confidence);
  return Math.abs(estimate + shift) > BEYOND_DOUBT * (high - estimate);
}
