import { LabError } from '../errors.ts';
import { checkNames, checkNumber } from '../options.ts';
import type { PlanOptions } from '../plan/plan.ts';
import type { ReadLogOptions } from '../traffic/read-log.ts';
import { MEASURES, type MeasureName } from './measure.ts';
import type { SideSource } from './side.ts';
import type { SlicePace } from './slices.ts';

export interface ProveOptions extends ReadLogOptions, Omit<PlanOptions, 'timed' | 'rules' | 'gap_ms_max'> {
  readonly before: SideSource;
  readonly after: SideSource;
  /** The log whose requests are sent to both. */
  readonly traffic: string;
  /** `'max'` (default): closed loop. A number: open loop at so many times the recorded pace. */
  readonly pace?: number | 'max';
  /** At pace `'max'`; default 4. */
  readonly in_flight?: number;
  readonly gap_s_max?: number | undefined;
  readonly rules?: string | undefined;
  /**
   * How often both sides are started anew, when both are commands; default 20, or `blocks_max` where that is less.
   * Intervals then hold what differs from start to start. With 1, and with a server that runs already, they hold
   * the noise within the one launch only.
   */
  readonly launches?: number;
  /**
   * How long is measured; default 120. Start, warm-up and comparison are not counted. The first launch measures for
   * its share of it, the others measure as many blocks, and none for longer than twice its share.
   */
  readonly time_s_max?: number;
  /** A proof does not end before its time with fewer; default 100. */
  readonly blocks_min?: number;
  /** Shared equally among the launches, rounded down; default 2,000 with one launch, else 10,000. */
  readonly blocks_max?: number;
  /** About how long one side is asked before the other is; default 50. */
  readonly slice_ms?: number;
  /** Of each side, in each launch; default 5 with one launch, else 2. */
  readonly warmup_s?: number;
  /** Path asked to know that a server is up; default `/`. */
  readonly health?: string;
  /** How long to wait for that; default 60. */
  readonly wait_s?: number;
  readonly timeout_ms?: number;
  /** Distinct requests whose answers are compared; 0 for none; default 200. */
  readonly answers_max?: number;
  /** Databases whose counters are read, by their URLs. */
  readonly postgres?: { readonly before: string; readonly after: string } | undefined;
  /** Seed of the bootstrap; default 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ProveProgress) => void) | undefined;
}

export interface ProveProgress {
  readonly phase: 'starting' | 'comparing answers' | 'warming up' | 'measuring' | 'counting';
  /** From 1. */
  readonly launch: number;
  readonly launches: number;
  readonly blocks: number;
  readonly elapsed_s: number;
  /** Logarithm of the gain in throughput or median so far: the plain mean, no verdict. */
  readonly gain: number | undefined;
}

const OPTION_NAMES = [
  'before',
  'after',
  'traffic',
  'pace',
  'in_flight',
  'gap_s_max',
  'rules',
  'launches',
  'time_s_max',
  'blocks_min',
  'blocks_max',
  'slice_ms',
  'warmup_s',
  'health',
  'wait_s',
  'timeout_ms',
  'answers_max',
  'postgres',
  'seed',
  'signal',
  'onProgress',
  'format',
  'requests_max',
  'only',
  'except',
  'unsafe',
  'requests',
  'routes',
  'routes_max',
  'host',
] as const;

/** The options of a proof, checked, with their defaults. */
export interface Settings {
  readonly pace: SlicePace;
  readonly timed: boolean;
  readonly health: string;
  readonly wait_s: number;
  readonly timeout_ms: number;
  readonly connections_max: number;
  readonly launches: number;
  readonly time_ms_max: number;
  readonly blocks_min: number;
  readonly blocks_max: number;
  readonly slice_ms: number;
  readonly warmup_ms: number;
  readonly answers_max: number;
  readonly seed: number;
  readonly measures: readonly MeasureName[];
}

const LAUNCHES = 20;
/** Starting both anew so often takes longer than anyone would wait. */
const LAUNCHES_MAX = 1_000;
const BLOCKS_MIN = 100;
const BLOCKS_MAX_OF_ONE = 2_000;
const BLOCKS_MAX_OF_MANY = 10_000;
const WARMUP_S_OF_ONE = 5;
const WARMUP_S_OF_MANY = 2;

/** @throws LabError BAD_OPTION */
export function settingsOf(options: ProveOptions): Settings {
  checkNames('prove', options, OPTION_NAMES);
  const timed = options.pace !== undefined && options.pace !== 'max';
  const in_flight = checkNumber('in_flight', options.in_flight ?? 4, { min: 1, max: 10_000, integer: true });
  const health = options.health ?? '/';
  if (!health.startsWith('/'))
    throw new LabError(
      'BAD_OPTION',
      `health is ${JSON.stringify(health)}; expected a path that begins with /`,
    );
  const blocks_min = checkNumber('blocks_min', options.blocks_min ?? BLOCKS_MIN, { min: 8, integer: true });
  const launches = launchesFor(options);
  const blocks_max_default = launches > 1 ? BLOCKS_MAX_OF_MANY : BLOCKS_MAX_OF_ONE;
  return {
    timed,
    pace: timed ? { factor: checkNumber('pace', options.pace, { min: 0, above: true }) } : { in_flight },
    health,
    wait_s: checkNumber('wait_s', options.wait_s ?? 60, { min: 0 }),
    timeout_ms: checkNumber('timeout_ms', options.timeout_ms ?? 30_000, { min: 0, above: true }),
    connections_max: timed ? 1000 : in_flight,
    time_ms_max: checkNumber('time_s_max', options.time_s_max ?? 120, { min: 0, above: true }) * 1000,
    launches,
    blocks_min,
    blocks_max: checkNumber('blocks_max', options.blocks_max ?? Math.max(blocks_max_default, blocks_min), {
      min: blocks_min,
      integer: true,
    }),
    slice_ms: checkNumber('slice_ms', options.slice_ms ?? 50, { min: 10, max: 60_000 }),
    warmup_ms:
      checkNumber('warmup_s', options.warmup_s ?? (launches > 1 ? WARMUP_S_OF_MANY : WARMUP_S_OF_ONE), {
        min: 0,
      }) * 1000,
    answers_max: checkNumber('answers_max', options.answers_max ?? 200, { min: 0, integer: true }),
    seed: checkNumber('seed', options.seed ?? 1, { integer: true }),
    // At a given pace throughput is the schedule's, not the server's.
    measures: timed ? MEASURES.filter((name) => name !== 'throughput') : MEASURES,
  };
}

function launchesFor({ launches, blocks_max, before, after }: ProveOptions): number {
  if (launches !== undefined) checkNumber('launches', launches, { min: 1, max: LAUNCHES_MAX, integer: true });
  const running = 'url' in before ? 'before' : 'url' in after ? 'after' : undefined;
  if (running !== undefined) {
    if (launches === undefined || launches === 1) return 1;
    throw new LabError(
      'BAD_OPTION',
      `launches is ${launches}, but the server ${running} runs already and cannot be started anew; give commands for both, or leave launches out`,
    );
  }
  if (launches !== undefined && blocks_max !== undefined && launches > blocks_max) {
    throw new LabError(
      'BAD_OPTION',
      `launches is ${launches}, blocks_max ${blocks_max}; expected at least one block for each launch`,
    );
  }
  return launches ?? Math.max(1, Math.min(LAUNCHES, blocks_max ?? LAUNCHES));
}
