import { latencyBins } from '../results/plot.ts';
import { loadCounts } from '../results/result.ts';
import type { RouteRecord } from '../run/recorder.ts';
import { EQUIVALENCE } from '../statistics/verdict.ts';
import type { Traffic } from '../traffic/builder.ts';
import type { Analysis, MeasureAnalysis } from './analysis.ts';
import type { AnswerComparison } from './answers.ts';
import type { Block } from './block.ts';
import type {
  GainRatio,
  LaunchProof,
  MeasureProof,
  Problem,
  Proof,
  RouteProof,
  RouteTimes,
  SideProof,
} from './format.ts';
import type { ProveOptions } from './options.ts';
import type { DatabaseCounts } from './postgres.ts';
import type { Side, SideName, SideSource } from './side.ts';
import type { SlicePace } from './slices.ts';
import type { Interval } from './whole-run.ts';

export interface FinishedProof {
  readonly options: ProveOptions;
  readonly blocks: readonly Block[];
  readonly launches: readonly LaunchProof[];
  readonly launches_planned: number;
  readonly analysis: Analysis;
  readonly end: Proof['end'];
  readonly failure: string | undefined;
  readonly started: Date;
  readonly elapsed_ms: number;
  readonly pace: SlicePace;
  readonly requests_per_slice: number;
  readonly seed: number;
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly answers: AnswerComparison | null;
  readonly postgres: Readonly<Record<SideName, DatabaseCounts & { readonly requests: number }>> | undefined;
  readonly notCounted: string | undefined;
  readonly traffic: Traffic;
}

const DISTRIBUTION_BINS = 60;
/** Of two or three launches that differ, Student's t says next to nothing, and its ends are beyond any number. */
const INTERVAL_MAX = Math.log(1e6);

/** Brings a finished proof to the documented format. */
export function proofOf(finished: FinishedProof): Proof {
  const { analysis, end, sides, pace, traffic, options } = finished;
  return {
    format: 'cowpath-proof',
    version: 1,
    started: finished.started.toISOString(),
    elapsed_s: finished.elapsed_ms / 1000,
    complete: end !== 'interrupted' && end !== 'side-failed',
    end,
    overall: analysis.overall,
    measures: analysis.measures.map((measure) => measureProof(measure)),
    confidence: analysis.confidence,
    intervals_hold: analysis.launches > 1 ? 'launches' : 'one launch',
    launches_planned: finished.launches_planned,
    launches: finished.launches,
    equivalence: EQUIVALENCE,
    measure: 'factor' in pace ? 'latency from the intended start' : 'service time',
    blocks: finished.blocks.length,
    requests_per_slice: finished.requests_per_slice,
    in_flight: 'in_flight' in pace ? pace.in_flight : null,
    factor: 'factor' in pace ? pace.factor : null,
    seed: finished.seed,
    problems: problemsOf(finished),
    sides: {
      before: sideProof(sides.before, options.before, finished.postgres?.before),
      after: sideProof(sides.after, options.after, finished.postgres?.after),
    },
    routes: routesOf(sides),
    answers: finished.answers,
    log: {
      path: options.traffic,
      format: traffic.format,
      account: traffic.account,
      omitted: sides.before.plan.omitted,
      redacted_headers: sides.before.plan.redacted_headers,
      redacted_parameters: sides.before.plan.redacted_parameters,
    },
  };
}

function measureProof(measure: MeasureAnalysis): MeasureProof {
  const { gain, unsettled, drift, pairs } = measure;
  return {
    name: measure.name,
    before: Number.isFinite(measure.before) ? measure.before : null,
    after: Number.isFinite(measure.after) ? measure.after : null,
    gain: gain ? gainRatio(gain) : null,
    whole: measure.whole ? gainRatio(measure.whole) : null,
    verdict: measure.verdict,
    unsettled: unsettled
      ? { why: unsettled.why, blocks: unsettled.blocks ?? null, launches: unsettled.launches ?? null }
      : null,
    drift: drift === undefined ? null : Math.exp(drift),
    pairs: pairs.gains.length,
    blocks_per_pair: pairs.blocks_per_pair,
    gains: pairs.gains.map((one) => Math.exp(one)),
    launch_pairs: pairs.clusters.map(({ length }) => length),
    launch_gains: measure.launch_gains.map((one) => Math.exp(one)),
    launches_per_gain: pairs.launches_per_cluster,
    launch_spread: measure.launch_spread === undefined ? null : Math.expm1(measure.launch_spread),
  };
}

function gainRatio({ estimate, low, high }: Interval): GainRatio {
  const cut = (end: number): number => Math.exp(Math.max(-INTERVAL_MAX, Math.min(INTERVAL_MAX, end)));
  return { ratio: Math.exp(estimate), low: cut(low), high: cut(high) };
}

function sideProof(side: Side, source: SideSource, postgres: SideProof['postgres'] | undefined): SideProof {
  const { recorder } = side;
  return {
    source: 'url' in source ? side.target.href : source.command,
    started: !('url' in source),
    env: 'url' in source ? [] : Object.keys(source.env),
    sent: recorder.sent,
    answered: recorder.answered,
    failed: recorder.failed,
    ...loadCounts(recorder),
    distribution: latencyBins(recorder.total(), DISTRIBUTION_BINS),
    postgres: postgres ?? null,
  };
}

function routesOf({ before, after }: FinishedProof['sides']): RouteProof[] {
  const spent = ({ mean_ms, answered }: RouteTimes): number => (mean_ms ?? 0) * answered;
  return before.plan.routes
    .map((route, i) => ({
      route,
      before: routeTimes(before.recorder.routes[i]!),
      // The plans of both are made of the same traffic in the same way.
      after: routeTimes(after.recorder.routes[i]!),
    }))
    .filter((route) => route.before.answered > 0 || route.after.answered > 0)
    .sort((a, b) => spent(b.before) - spent(a.before));
}

function routeTimes({ latency }: RouteRecord): RouteTimes {
  const { count } = latency;
  const [mean_ms, p50_ms, p99_ms] =
    count === 0 ? [null, null, null] : [latency.mean(), latency.at(0.5), latency.at(0.99)];
  return { answered: count, mean_ms, p50_ms, p99_ms };
}

function problemsOf(finished: FinishedProof): Problem[] {
  const { failure, notCounted, answers, analysis, sides, blocks, end } = finished;
  const problems: Problem[] = [];
  if (failure) problems.push({ kind: 'side-failed', text: failure });
  if (notCounted) problems.push({ kind: 'not-counted', text: notCounted });
  if (answers && answers.differing > 0) {
    const [first] = answers.differences;
    problems.push({
      kind: 'answers-differ',
      text: `${answers.differing} of ${answers.compared} answers differ; the first: ${first!.request}: ${first!.difference}`,
    });
  }
  const errorsBefore = errorAnswers(sides.before);
  const errorsAfter = errorAnswers(sides.after);
  // A block cut short has asked one side more than the other.
  if (errorsBefore !== errorsAfter && end !== 'side-failed' && end !== 'interrupted') {
    problems.push({
      kind: 'statuses-differ',
      text: `to the same requests, before answered ${errorsBefore} times with a status of 500 or more, after ${errorsAfter} times`,
    });
  }
  // The first measure: throughput rises, the median falls, when a side gets faster.
  const rising = analysis.measures[0]!.name === 'throughput';
  for (const name of ['before', 'after'] as const) {
    const moved = (change: number): string =>
      `the server ${name} got ${(Math.expm1(Math.abs(change)) * 100).toFixed(0)} % ${change > 0 === rising ? 'faster' : 'slower'}`;
    const level = analysis.levels[name];
    if (level !== undefined)
      problems.push({ kind: 'level-drift', text: `${moved(level)} during the ${blocks.length} blocks` });
    const warming = analysis.warming[name];
    if (warming !== undefined) {
      const leak = warming > 0 === rising ? '' : ', or look for a leak';
      problems.push({
        kind: 'warming',
        text: `${moved(warming)} during a launch, in the same way in all: it had not come to its steady speed; warm up longer (--warmup)${leak}`,
      });
    }
  }
  return problems;
}

function errorAnswers({ recorder }: Side): number {
  let errors = 0;
  for (const { statuses } of recorder.routes)
    for (const [status, count] of statuses) if (status >= 500) errors += count;
  return errors;
}
