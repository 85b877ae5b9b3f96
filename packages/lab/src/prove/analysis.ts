import {
  clusteredMean,
  clusterMeans,
  clustersToSettle,
  spreadBetween,
} from '../statistics/clustered-mean.ts';
import { LogBinSum } from '../statistics/log-bins.ts';
import { TREND_Z_MIN, type Trend, trendOf, trendWithin } from '../statistics/trend.ts';
import { type Estimate, trimmedMean, VALUES_MIN } from '../statistics/trimmed-mean.ts';
import { EQUIVALENCE_LOG, type Verdict, valuesToSettle, verdictOf } from '../statistics/verdict.ts';
import type { Block } from './block.ts';
import { launchesOf } from './launches.ts';
import { isTail, logOf, type MeasureName, type Pairs } from './measure.ts';
import { middleOf } from './middle.ts';
import type { SideName } from './side.ts';
import { type Interval, wholeRun } from './whole-run.ts';

/** Of all proofs of equal programs, at most this share may call any of its measures faster or slower. */
const FALSE_VERDICTS_MAX = 0.01;

export interface MeasureAnalysis {
  readonly name: MeasureName;
  /** Those that the verdict is made of. */
  readonly pairs: Pairs;
  /**
   * Gains as logarithms of ratios; undefined where there are too few pairs for an interval. With several launches
   * its unit is the cluster of launches, with one the pair.
   */
  readonly gain: Estimate | undefined;
  /** With several launches: the gain of each cluster of them, in order. Else none. */
  readonly launch_gains: readonly number[];
  /** How much these differ beyond the noise within: a standard deviation; undefined where that cannot be told. */
  readonly launch_spread: number | undefined;
  /** Of each side over the whole run: requests a second, or milliseconds. */
  readonly before: number;
  readonly after: number;
  /** Of p99 and p99.9: the gain over all requests together. */
  readonly whole: Interval | undefined;
  readonly verdict: Verdict;
  /** Why nothing is settled, and what would settle it; undefined where it is. */
  readonly unsettled:
    | {
        readonly why: 'noise' | 'drift' | 'few requests' | 'uneven';
        readonly blocks: number | undefined;
        /** Launches that hold as many blocks, where there were several. */
        readonly launches: number | undefined;
      }
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
  /** Launches that the intervals are made of; one, and they hold the noise within it only. */
  readonly launches: number;
  /** Change of each side's own speed over the run, as a logarithm, where it is no chance. */
  readonly levels: Readonly<Record<SideName, number | undefined>>;
  /** With several launches, the change that is common to them, from the first block of a launch to its last. */
  readonly warming: Readonly<Record<SideName, number | undefined>>;
}

/** The confidence each of so many intervals needs. */
export function confidenceFor(measures: number): number {
  return 1 - FALSE_VERDICTS_MAX / measures;
}

/** What the blocks of a proof say. Pure, so that the simulations judge the very code that judges a proof. */
export function analyse(blocks: readonly Block[], names: readonly MeasureName[], seed: number): Analysis {
  const confidence = confidenceFor(names.length);
  const sum = new LogBinSum();
  const measures = names.map((name, i) => analyseMeasure(name, blocks, confidence, seed + i, sum));
  const launches = launchesOf(blocks);
  const ofBoth = (of: (side: SideName) => number | undefined): Analysis['levels'] => ({
    before: of('before'),
    after: of('after'),
  });
  return {
    measures,
    overall: overallOf(measures),
    confidence,
    launches: launches.length,
    levels: ofBoth((side) => levelDrift(launches, side, names[0]!, sum)),
    warming: ofBoth((side) => warming(launches, side, names[0]!, sum)),
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
  const common = {
    name,
    pairs,
    before: Math.exp(levelOf(blocks, 'before', name, sum)),
    after: Math.exp(levelOf(blocks, 'after', name, sum)),
  };
  const launches = launchesOf(blocks);
  const { clusters, gains, blocks_per_pair, launches_per_cluster } = pairs;
  const several = launches.length > 1;
  const enough = several ? clusters.length > 1 : gains.length >= VALUES_MIN;
  if (!enough || !gains.every(Number.isFinite)) {
    const needed = blocks.length > 0 ? blocks_per_pair * VALUES_MIN : undefined;
    return {
      ...common,
      gain: undefined,
      launch_gains: [],
      launch_spread: undefined,
      whole: undefined,
      verdict: 'inconclusive',
      drift: undefined,
      unsettled: { why: 'few requests', blocks: needed, launches: undefined },
    };
  }
  const gain = several
    ? clusteredMean(clusters, trim, confidence)
    : trimmedMean(gains, trim, confidence, seed);
  const launch_gains = several ? clusterMeans(clusters, trim) : [];
  const drift = material(trendOf(several ? launch_gains : gains));
  const whole = isTail(name) ? wholeRun(name, blocks, pairs, confidence) : undefined;
  const verdict = judge({ gain, drift, whole });
  return {
    ...common,
    gain,
    launch_gains,
    launch_spread: several && launches_per_cluster === 1 ? spreadBetween(clusters, trim) : undefined,
    whole,
    verdict,
    drift,
    unsettled: whyUnsettled(verdict),
  };

  function whyUnsettled(given: Verdict): MeasureAnalysis['unsettled'] {
    if (given !== 'inconclusive') return undefined;
    if (drift !== undefined) return { why: 'drift', blocks: undefined, launches: undefined };
    if (verdictOf(gain) !== 'inconclusive') return { why: 'uneven', blocks: undefined, launches: undefined };
    if (!several)
      return { why: 'noise', blocks: valuesToSettle(gain) * blocks_per_pair, launches: undefined };
    const needed = Math.ceil((clustersToSettle(gain, confidence) * launches.length) / clusters.length);
    return { why: 'noise', blocks: Math.ceil((needed * blocks.length) / launches.length), launches: needed };
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

/** What moves by more than equivalence allows, and by no chance. */
function material({ change, z }: Trend): number | undefined {
  return Math.abs(z) >= TREND_Z_MIN && Math.abs(change) > EQUIVALENCE_LOG ? change : undefined;
}

/**
 * Block by block in one launch; launch by launch in several, because what the blocks of a launch have in common
 * would be taken for a trend.
 */
function levelDrift(
  launches: readonly (readonly Block[])[],
  side: SideName,
  name: MeasureName,
  sum: LogBinSum,
): number | undefined {
  const parts = launches.length > 1 ? launches : (launches[0] ?? []).map((block) => [block]);
  return material(trendOf(parts.map((part) => levelOf(part, side, name, sum))));
}

/** A side that moves in the same way in each of its launches was not warm when they began. */
function warming(
  launches: readonly (readonly Block[])[],
  side: SideName,
  name: MeasureName,
  sum: LogBinSum,
): number | undefined {
  if (launches.length < 2) return undefined;
  return material(
    trendWithin(launches.map((launch) => launch.map((block) => levelOf([block], side, name, sum)))),
  );
}

function levelOf(blocks: readonly Block[], side: SideName, name: MeasureName, sum: LogBinSum): number {
  return logOf(
    name,
    blocks.map((block) => block[side]),
    sum,
  );
}
