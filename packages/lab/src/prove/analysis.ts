import { LogBinSum } from '../statistics/log-bins.ts';
import { TREND_Z_MIN, trendOf } from '../statistics/trend.ts';
import {
  type Estimate,
  likelyHalfWidth,
  middleMean,
  trimmedMean,
  VALUES_MIN,
} from '../statistics/trimmed-mean.ts';
import { EQUIVALENCE_LOG, type Verdict, valuesToSettle, verdictOf } from '../statistics/verdict.ts';
import type { Block } from './block.ts';
import { isTail, logOf, type MeasureName, type Pairs } from './measure.ts';
import { middleOf } from './middle.ts';
import { type Interval, wholeRun } from './whole-run.ts';

/** Of all proofs of equal programs, at most this share may call any of its measures faster or slower. */
const FALSE_VERDICTS_MAX = 0.01;

export interface MeasureAnalysis {
  readonly name: MeasureName;
  /** Those that the verdict is made of. */
  readonly pairs: Pairs;
  /** Gains as logarithms of ratios; undefined where there are too few pairs for an interval. */
  readonly gain: Estimate | undefined;
  /** Of each side over the whole run: requests a second, or milliseconds. */
  readonly before: number;
  readonly after: number;
  /** Of p99 and p99.9: the gain over all requests together. */
  readonly whole: Interval | undefined;
  readonly verdict: Verdict;
  /** Why nothing is settled, and what would settle it; undefined where it is. */
  readonly unsettled:
    | { readonly why: 'noise' | 'drift' | 'few requests' | 'uneven'; readonly blocks: number | undefined }
    | undefined;
  /** Change of the gain itself over the run, where it is no chance and more than equivalence allows. */
  readonly drift: number | undefined;
}

export type Overall = Verdict | 'mixed';

export interface Analysis {
  readonly measures: readonly MeasureAnalysis[];
  readonly overall: Overall;
  /** The confidence of each interval: all together err in FALSE_VERDICTS_MAX at most (Bonferroni). */
  readonly confidence: number;
  /** Change of each side's own speed over the run, as a logarithm, where it is no chance. */
  readonly levels: { readonly before: number | undefined; readonly after: number | undefined };
}

/** The confidence each of so many intervals needs. */
function confidenceFor(measures: number): number {
  return 1 - FALSE_VERDICTS_MAX / measures;
}

/** What the blocks of a proof say. Pure, so that the simulations judge the very code that judges a proof. */
export function analyse(blocks: readonly Block[], names: readonly MeasureName[], seed: number): Analysis {
  const confidence = confidenceFor(names.length);
  const sum = new LogBinSum();
  const measures = names.map((name, i) => analyseMeasure(name, blocks, confidence, seed + i, sum));
  return {
    measures,
    overall: overallOf(measures),
    confidence,
    levels: {
      before: levelDrift(blocks, 'before', names[0]!, sum),
      after: levelDrift(blocks, 'after', names[0]!, sum),
    },
  };
}

/** The measures that *no difference* must hold for; the tails may be left unsettled, and are said to be. */
const PRIMARY: ReadonlySet<MeasureName> = new Set(['throughput', 'p50']);

/**
 * One word for all measures. Faster and slower together are mixed; either of them beside measures that show no
 * difference or are not settled is the word; and no difference is when throughput and median both show none.
 */
export function overallOf(measures: readonly Pick<MeasureAnalysis, 'name' | 'verdict'>[]): Overall {
  const faster = measures.some(({ verdict }) => verdict === 'faster');
  const slower = measures.some(({ verdict }) => verdict === 'slower');
  if (faster && slower) return 'mixed';
  if (faster) return 'faster';
  if (slower) return 'slower';
  const primary = measures.filter(({ name }) => PRIMARY.has(name));
  return primary.every(({ verdict }) => verdict === 'no difference') ? 'no difference' : 'inconclusive';
}

function analyseMeasure(
  name: MeasureName,
  blocks: readonly Block[],
  confidence: number,
  seed: number,
  sum: LogBinSum,
): MeasureAnalysis {
  const { pairs, trim } = middleOf(name, blocks, sum, confidence);
  const { blocks_per_pair, gains } = pairs;
  const common = {
    name,
    pairs,
    before: Math.exp(
      logOf(
        name,
        blocks.map((block) => block.before),
        sum,
      ),
    ),
    after: Math.exp(
      logOf(
        name,
        blocks.map((block) => block.after),
        sum,
      ),
    ),
  };
  if (gains.length < VALUES_MIN || !gains.every(Number.isFinite)) {
    const needed = blocks_per_pair * VALUES_MIN;
    return {
      ...common,
      gain: undefined,
      whole: undefined,
      verdict: 'inconclusive',
      drift: undefined,
      unsettled: { why: 'few requests', blocks: blocks.length > 0 ? needed : undefined },
    };
  }
  const gain = trimmedMean(gains, trim, confidence, seed);
  const drift = materialDrift(gains);
  const whole = isTail(name) ? wholeRun(name, blocks, confidence) : undefined;
  const verdict = judge({ gain, drift, whole });
  return { ...common, gain, whole, verdict, drift, unsettled: whyUnsettled(verdict) };

  function whyUnsettled(given: Verdict): MeasureAnalysis['unsettled'] {
    if (given !== 'inconclusive') return undefined;
    if (drift !== undefined) return { why: 'drift', blocks: undefined };
    if (verdictOf(gain) !== 'inconclusive') return { why: 'uneven', blocks: undefined };
    return { why: 'noise', blocks: valuesToSettle(gain) * blocks_per_pair };
  }
}

/**
 * The verdict on one measure: what the interval of the pairs says, unless the gain moved during the run, or
 * unless the whole run beyond doubt says otherwise than most of its blocks.
 * @param shift added to every gain, for simulations of a known effect
 */
export function judge(
  { gain, drift, whole }: Pick<MeasureAnalysis, 'gain' | 'drift' | 'whole'>,
  shift = 0,
): Verdict {
  if (!gain || drift !== undefined) return 'inconclusive';
  const verdict = verdictOf({ low: gain.low + shift, high: gain.high + shift });
  if (!whole || verdict === 'inconclusive') return verdict;
  const slower = whole.high + shift < -EQUIVALENCE_LOG;
  const faster = whole.low + shift > EQUIVALENCE_LOG;
  const contradicted = (slower && verdict !== 'slower') || (faster && verdict !== 'faster');
  return contradicted ? 'inconclusive' : verdict;
}

/** A gain that moves during the run by more than equivalence allows has no one value to prove. */
function materialDrift(gains: readonly number[]): number | undefined {
  const { change, z } = trendOf(gains);
  return Math.abs(z) >= TREND_Z_MIN && Math.abs(change) > EQUIVALENCE_LOG ? change : undefined;
}

function levelDrift(
  blocks: readonly Block[],
  side: keyof Block,
  name: MeasureName,
  sum: LogBinSum,
): number | undefined {
  if (blocks.length < VALUES_MIN) return undefined;
  const { change, z } = trendOf(blocks.map((block) => logOf(name, [block[side]], sum)));
  return Math.abs(z) >= TREND_Z_MIN && Math.abs(change) > EQUIVALENCE_LOG ? change : undefined;
}

/** The half-width that lets equal programs be called so in four proofs of five: see docs/design/lab.md. */
const HALF_WIDTH_WANTED = 0.7 * EQUIVALENCE_LOG;

/**
 * Whether a running proof may end: every measure's interval, estimated without drawing, is narrow enough to
 * show equality, or the effect is so large beside it that no further look can change its sign. The rule never
 * looks at whether a small effect has just become significant, which would make false verdicts likelier.
 */
export function mayEnd(blocks: readonly Block[], names: readonly MeasureName[]): boolean {
  const sum = new LogBinSum();
  const confidence = confidenceFor(names.length);
  // The far tail seldom narrows within any patience; a proof does not wait for it.
  return names
    .filter((name) => name !== 'p999')
    .every((name) => {
      const { pairs, trim } = middleOf(name, blocks, sum, confidence);
      const { gains } = pairs;
      if (gains.length < VALUES_MIN) return false;
      const half = likelyHalfWidth(gains, trim, confidence);
      const mean = middleMean(gains, trim);
      return half <= HALF_WIDTH_WANTED || Math.abs(mean) > 4 * half;
    });
}
