import { LabError } from '../errors.ts';
import { checkNames, checkNumber } from '../options.ts';
import { makePlan, type PlanOptions } from '../plan/plan.ts';
import { readRules } from '../plan/rules.ts';
import { logBins } from '../statistics/log-bins.ts';
import type { Traffic } from '../traffic/builder.ts';
import { type ReadLogOptions, readLog } from '../traffic/read-log.ts';
import { analyse, mayEnd } from './analysis.ts';
import { type AnswerComparison, compareAnswers } from './answers.ts';
import type { Block, SideBlock } from './block.ts';
import type { Proof } from './format.ts';
import { MEASURES, type MeasureName } from './measure.ts';
import { DatabaseCounter, type DatabaseCounts } from './postgres.ts';
import { proofOf } from './proof.ts';
import { Side, type SideName, type SideSource } from './side.ts';
import { runSlice, type SlicePace, type SliceResult, type Stretch, Stretches } from './slices.ts';

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
  /** The blocks end after this at the latest; default 120. Start, warm-up and comparison are not counted. */
  readonly time_s_max?: number;
  readonly blocks_min?: number;
  readonly blocks_max?: number;
  /** About how long one side is asked before the other is; default 250. */
  readonly slice_ms?: number;
  /** Of each side; default 5. */
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

/** Looks whether the proof may end are this many blocks apart. */
const LOOK_EVERY_BLOCKS = 10;
const WARMUP_TURN_MS = 500;
const COUNTED_REQUESTS_MAX = 500;
/** A side that leaves more than this share of its requests without an answer has failed. */
const FAILED_SHARE_MAX = 0.01;
const SENT_BEFORE_JUDGED = 100;

/**
 * Starts both programs, sends both the same traffic in interleaved blocks, and says for each measure what the
 * change did to it. Never leaves a server behind.
 * @throws LabError for bad input, SIDE_FAILED or TARGET_DOWN when a side does not come up; what happens once
 * both are up is in the proof
 */
export async function prove(options: ProveOptions): Promise<Proof> {
  checkNames('prove', options, OPTION_NAMES);
  const settings = settingsOf(options);
  const rules = options.rules === undefined ? undefined : await readRules(options.rules);
  const traffic = await readLog(options.traffic, {
    format: options.format,
    ...(options.requests_max && { requests_max: options.requests_max }),
  });
  const sides: Side[] = [];
  try {
    options.onProgress?.({ phase: 'starting', blocks: 0, elapsed_s: 0, gain: undefined });
    for (const name of ['before', 'after'] as const) {
      const side = await Side.open(name, options[name], settings, options.signal);
      sides.push(side);
      side.use(planFor(side, traffic, options, settings.timed, rules));
    }
    return await new Prover(sides[0]!, sides[1]!, options, settings).run(traffic);
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

interface Settings {
  readonly pace: SlicePace;
  readonly timed: boolean;
  readonly health: string;
  readonly wait_s: number;
  readonly timeout_ms: number;
  readonly connections_max: number;
  readonly time_ms_max: number;
  readonly blocks_min: number;
  readonly blocks_max: number;
  readonly slice_ms: number;
  readonly warmup_ms: number;
  readonly answers_max: number;
  readonly seed: number;
  readonly measures: readonly MeasureName[];
}

function settingsOf(options: ProveOptions): Settings {
  const timed = options.pace !== undefined && options.pace !== 'max';
  const in_flight = checkNumber('in_flight', options.in_flight ?? 4, { min: 1, max: 10_000, integer: true });
  const health = options.health ?? '/';
  if (!health.startsWith('/'))
    throw new LabError(
      'BAD_OPTION',
      `health is ${JSON.stringify(health)}; expected a path that begins with /`,
    );
  const blocks_min = checkNumber('blocks_min', options.blocks_min ?? 40, { min: 8, integer: true });
  return {
    timed,
    pace: timed ? { factor: checkNumber('pace', options.pace, { min: 0, above: true }) } : { in_flight },
    health,
    wait_s: checkNumber('wait_s', options.wait_s ?? 60, { min: 0 }),
    timeout_ms: checkNumber('timeout_ms', options.timeout_ms ?? 30_000, { min: 0, above: true }),
    connections_max: timed ? 1000 : in_flight,
    time_ms_max: checkNumber('time_s_max', options.time_s_max ?? 120, { min: 0, above: true }) * 1000,
    blocks_min,
    blocks_max: checkNumber('blocks_max', options.blocks_max ?? Math.max(1000, blocks_min), {
      min: blocks_min,
      integer: true,
    }),
    slice_ms: checkNumber('slice_ms', options.slice_ms ?? 250, { min: 10, max: 60_000 }),
    warmup_ms: checkNumber('warmup_s', options.warmup_s ?? 5, { min: 0 }) * 1000,
    answers_max: checkNumber('answers_max', options.answers_max ?? 200, { min: 0, integer: true }),
    seed: checkNumber('seed', options.seed ?? 1, { integer: true }),
    // At a given pace throughput is the schedule's, not the server's.
    measures: timed ? MEASURES.filter((name) => name !== 'throughput') : MEASURES,
  };
}

function planFor(
  side: Side,
  traffic: Traffic,
  options: ProveOptions,
  timed: boolean,
  rules: PlanOptions['rules'],
) {
  const plan = makePlan(traffic, side.target, {
    timed,
    rules,
    only: options.only,
    except: options.except ?? [],
    unsafe: options.unsafe ?? false,
    requests: options.requests,
    routes: options.routes ?? [],
    routes_max: options.routes_max ?? 200,
    host: options.host,
    gap_ms_max: options.gap_s_max === undefined ? undefined : options.gap_s_max * 1000,
  });
  if (plan.requests.length === 0) {
    throw new LabError(
      'LOG_EMPTY',
      `nothing of ${options.traffic} is left to send: ${JSON.stringify(plan.omitted)} of ${traffic.requests.length} requests`,
    );
  }
  return plan;
}

/** One proof, once both sides are up. */
class Prover {
  private readonly before: Side;
  private readonly after: Side;
  private readonly options: ProveOptions;
  private readonly settings: Settings;
  private readonly blocks: Block[] = [];
  private readonly started = new Date();
  private readonly from = performance.now();
  private failure: string | undefined;

  constructor(before: Side, after: Side, options: ProveOptions, settings: Settings) {
    this.before = before;
    this.after = after;
    this.options = options;
    this.settings = settings;
  }

  async run(traffic: Traffic): Promise<Proof> {
    const { options, settings } = this;
    const answers = await this.compare();
    const rate_rps = await this.warmUp();
    for (const side of [this.before, this.after]) side.restartRecord();
    const stretches = new Stretches(this.before, settings.pace, settings.slice_ms, rate_rps);
    const end = await this.measure(stretches);
    const postgres = end === 'interrupted' || end === 'side-failed' ? undefined : await this.countDatabase();
    return proofOf({
      options,
      blocks: this.blocks,
      analysis: analyse(this.blocks, settings.measures, settings.seed),
      end,
      failure: this.failure,
      started: this.started,
      elapsed_ms: performance.now() - this.from,
      pace: settings.pace,
      requests_per_slice: stretches.take().count,
      seed: settings.seed,
      sides: { before: this.before, after: this.after },
      answers,
      postgres,
      traffic,
    });
  }

  private async compare(): Promise<AnswerComparison | null> {
    if (this.settings.answers_max === 0) return null;
    this.progress('comparing answers');
    return compareAnswers(this.before, this.after, this.settings.answers_max, this.options.signal);
  }

  /** Turns of both sides until the time is over. @returns the rate of the slower in its last turn, closed loop */
  private async warmUp(): Promise<number> {
    const { settings, options } = this;
    const until = performance.now() + settings.warmup_ms * 2;
    let count = 20;
    let rate_rps = 1;
    let from = 0;
    do {
      this.progress('warming up');
      const rates: number[] = [];
      for (const side of [this.before, this.after]) {
        const pace = 'in_flight' in settings.pace ? settings.pace : { in_flight: 4 };
        const { elapsed_ms, reason } = await runSlice(side, { from, count }, pace, options.signal);
        if (reason === 'interrupted' || reason === 'target-gone') return rate_rps;
        rates.push((count * 1000) / elapsed_ms);
      }
      from = (from + count) % this.before.plan.requests.length;
      rate_rps = Math.min(...rates);
      count = Math.max(20, Math.min(count * 4, Math.round((rate_rps * WARMUP_TURN_MS) / 1000)));
    } while (performance.now() < until);
    return rate_rps;
  }

  private async measure(stretches: Stretches): Promise<Proof['end']> {
    const { settings, options, blocks } = this;
    const until = performance.now() + settings.time_ms_max;
    for (;;) {
      if (options.signal?.aborted) return 'interrupted';
      const block = await this.runBlock(stretches.take(), blocks.length);
      if (block === 'interrupted' || block === 'side-failed') return block;
      blocks.push(block);
      this.progress('measuring');
      if (blocks.length >= settings.blocks_max) return 'blocks-limit';
      if (performance.now() >= until) return 'time-limit';
      const look = blocks.length >= settings.blocks_min && blocks.length % LOOK_EVERY_BLOCKS === 0;
      if (look && mayEnd(blocks, settings.measures)) return 'settled';
    }
  }

  /** Before, after, after, before; every second block the other way round. */
  private async runBlock(stretch: Stretch, number: number): Promise<Block | 'interrupted' | 'side-failed'> {
    const [first, second]: [SideName, SideName] =
      number % 2 === 0 ? ['before', 'after'] : ['after', 'before'];
    const results: Record<SideName, SliceResult[]> = { before: [], after: [] };
    for (const name of [first, second, second, first]) {
      const side = this[name];
      const result = await runSlice(side, stretch, this.settings.pace, this.options.signal);
      if (result.reason === 'interrupted') return 'interrupted';
      if (result.reason === 'target-gone' || hasFailed(side)) {
        this.failure = failureOf(side);
        return 'side-failed';
      }
      results[name].push(result);
    }
    return { before: sideBlock(results.before), after: sideBlock(results.after) };
  }

  private async countDatabase(): Promise<
    Record<SideName, DatabaseCounts & { requests: number }> | undefined
  > {
    const { postgres, signal } = this.options;
    if (!postgres) return undefined;
    const count = Math.min(COUNTED_REQUESTS_MAX, this.before.plan.requests.length);
    const counts: Partial<Record<SideName, DatabaseCounts & { requests: number }>> = {};
    for (const name of ['before', 'after'] as const) {
      this.progress('counting');
      const counter = await DatabaseCounter.connect(postgres[name]);
      try {
        const found = await counter.count(async () => {
          await runSlice(this[name], { from: 0, count }, { in_flight: 1 }, signal);
        });
        counts[name] = { ...found, requests: count };
      } finally {
        await counter.close();
      }
    }
    return counts as Record<SideName, DatabaseCounts & { requests: number }>;
  }

  private progress(phase: ProveProgress['phase']): void {
    const { onProgress } = this.options;
    if (!onProgress) return;
    const sums = this.blocks.map(
      ({ before, after }) =>
        Math.log(after.answered / after.elapsed_ms) - Math.log(before.answered / before.elapsed_ms),
    );
    const gain = sums.length === 0 ? undefined : sums.reduce((all, one) => all + one, 0) / sums.length;
    onProgress({
      phase,
      blocks: this.blocks.length,
      elapsed_s: (performance.now() - this.from) / 1000,
      gain,
    });
  }
}

function sideBlock(slices: readonly SliceResult[]): SideBlock {
  const latencies = slices.flatMap(({ latencies_ms }) => latencies_ms);
  return {
    answered: latencies.length,
    elapsed_ms: slices.reduce((sum, { elapsed_ms }) => sum + elapsed_ms, 0),
    latencies: logBins(latencies),
  };
}

function hasFailed({ recorder, server }: Side): boolean {
  if (server?.ended) return true;
  return recorder.sent >= SENT_BEFORE_JUDGED && recorder.failed > recorder.sent * FAILED_SHARE_MAX;
}

function failureOf({ name, server, recorder }: Side): string {
  if (server?.ended) {
    const tail = server.outputTail();
    return `the server ${name} ${server.ended}${tail ? `; it printed:\n${tail}` : ''}`;
  }
  return `the server ${name} left ${recorder.failed} of ${recorder.sent} requests without an answer`;
}
