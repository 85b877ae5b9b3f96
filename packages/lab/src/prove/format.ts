import type { ExchangeError } from '../client/exchange.ts';
import type { Latency, LoadResult } from '../results/format.ts';
import type { Verdict } from '../statistics/verdict.ts';
import type { Overall } from './analysis.ts';
import type { AnswerComparison } from './answers.ts';
import type { MeasureName } from './measure.ts';
import type { DatabaseCounts } from './postgres.ts';

/** What `cowpath prove --json` prints; this file is its specification. */
export interface Proof {
  readonly format: 'cowpath-proof';
  readonly version: 1;
  /** ISO 8601. */
  readonly started: string;
  readonly elapsed_s: number;
  /** False when it was cut short; the measures are of the blocks that were whole by then. */
  readonly complete: boolean;
  /**
   * - `settled`: before its time, because nothing more was to be learnt; with several launches, the effect is beyond doubt
   * - `time-limit`, `blocks-limit`: it measured all its time, or all its blocks, in all its launches
   * - `interrupted`, `side-failed`: cut short
   */
  readonly end: 'settled' | 'time-limit' | 'blocks-limit' | 'interrupted' | 'side-failed';
  readonly overall: Overall;
  readonly measures: readonly MeasureProof[];
  /** Of each interval: all verdicts on equal programs are right with 0.99 at least, as far as `intervals_hold` goes. */
  readonly confidence: number;
  /**
   * What the intervals hold. `launches`: what differs from start to start of one program, and the noise.
   * `one launch`: the noise within it only; two processes of one program often differ by a per cent or so for as
   * long as they live, and that is not in them.
   */
  readonly intervals_hold: 'launches' | 'one launch';
  /** How often both sides were to be started; `launches` has fewer where the proof ended before. */
  readonly launches_planned: number;
  /** In order; the last may have been cut short. */
  readonly launches: readonly LaunchProof[];
  /** Effects within ± this are no difference. */
  readonly equivalence: number;
  /** `service time` (closed loop) or `latency from the intended start` (open loop). */
  readonly measure: LoadResult['measure'];
  readonly blocks: number;
  readonly requests_per_slice: number;
  readonly in_flight: number | null;
  readonly factor: number | null;
  readonly seed: number;
  /** What makes the comparison doubtful or void; empty for a sound one. */
  readonly problems: readonly Problem[];
  readonly sides: { readonly before: SideProof; readonly after: SideProof };
  /** What the routes took over all blocks, without verdicts; by the time the side before spent on them. */
  readonly routes: readonly RouteProof[];
  /** Null when it was not asked for. */
  readonly answers: AnswerComparison | null;
  readonly log: NonNullable<LoadResult['log']>;
}

export interface LaunchProof {
  /** When it began to measure: up and warm. ISO 8601. */
  readonly started: string;
  /** One that has less than half as many as the longest is left out of gains and intervals. */
  readonly blocks: number;
}

export interface Problem {
  /**
   * - `side-failed`: a side stopped answering, or left more than one request in a hundred without an answer
   * - `answers-differ`: the two do not answer the same to the same request
   * - `statuses-differ`: over the whole run, one side answered more often with an error status
   * - `level-drift`: a side itself got faster or slower during the run
   * - `warming`: a side got faster or slower during its launches, in the same way in all
   * - `not-counted`: the Postgres counters were asked for and could not be read
   */
  readonly kind:
    | 'side-failed'
    | 'answers-differ'
    | 'statuses-differ'
    | 'level-drift'
    | 'warming'
    | 'not-counted';
  readonly text: string;
}

/** A ratio and its interval, whose ends are cut off at a millionth and a million. */
export interface GainRatio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export interface MeasureProof {
  readonly name: MeasureName;
  /** Requests a second for throughput, else milliseconds, over all blocks. Null when no block was whole. */
  readonly before: number | null;
  readonly after: number | null;
  /**
   * The gain as a ratio: how many times as fast the program after is (throughput after to before; time before
   * to after), so that above 1 is faster. Null where there was too little to tell.
   */
  readonly gain: GainRatio | null;
  /** Of p99 and p99.9: the gain over all requests of the run together; null with fewer than 40 blocks. */
  readonly whole: GainRatio | null;
  readonly verdict: Verdict;
  /** For `inconclusive`: why, and about how many blocks, in how many launches as these, would settle it. */
  readonly unsettled: {
    readonly why: 'noise' | 'drift' | 'few requests' | 'uneven';
    readonly blocks: number | null;
    /** Null with one launch. */
    readonly launches: number | null;
  } | null;
  /** Change of the gain from the first block or launch to the last, as a ratio, where it is no chance. */
  readonly drift: number | null;
  /** Pairs that the interval is made of, and blocks taken together for each. */
  readonly pairs: number;
  readonly blocks_per_pair: number;
  /** The gain of each pair in order, as ratios. */
  readonly gains: readonly number[];
  /** Pairs of each launch, or of each of the launches taken together, in order; they add up to `pairs`. */
  readonly launch_pairs: readonly number[];
  /**
   * With several launches, their gains in order, as ratios: what the interval is made of. Where a launch is too
   * short for one pair, of `launches_per_gain` neighbours together.
   */
  readonly launch_gains: readonly number[];
  readonly launches_per_gain: number;
  /** Standard deviation of the gain from launch to launch beyond the noise within, 0.01 for 1 %; null if unknown. */
  readonly launch_spread: number | null;
}

export interface RouteProof {
  readonly route: string;
  readonly before: RouteTimes;
  readonly after: RouteTimes;
}

/** Times as in `Proof.measure`; null where nothing was answered. */
export interface RouteTimes {
  readonly answered: number;
  readonly mean_ms: number | null;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
}

export interface SideProof {
  /** The command, or the address of a server that ran already. */
  readonly source: string;
  /** Whether the proof started it; false for a server that ran already. */
  readonly started: boolean;
  /** Names of environment variables set for it; values may be secrets and are not kept. */
  readonly env: readonly string[];
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  readonly latency_ms: Latency | null;
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: Readonly<Partial<Record<ExchangeError, number>>>;
  /** Counts of latencies by bins of equal ratio, for a picture; edges in milliseconds. */
  readonly distribution: readonly {
    readonly from_ms: number;
    readonly to_ms: number;
    readonly count: number;
  }[];
  /** What Postgres did for one pass of a stretch of the traffic; null when it was not counted. */
  readonly postgres: (DatabaseCounts & { readonly requests: number }) | null;
}
