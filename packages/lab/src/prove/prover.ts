import { logBins } from '../statistics/log-bins.ts';
import type { Traffic } from '../traffic/builder.ts';
import { analyse, mayEnd } from './analysis.ts';
import { type AnswerComparison, compareAnswers } from './answers.ts';
import type { Block, SideBlock } from './block.ts';
import type { Proof } from './format.ts';
import type { ProveOptions, ProveProgress, Settings } from './options.ts';
import { DatabaseCounter, type DatabaseCounts } from './postgres.ts';
import { proofOf } from './proof.ts';
import type { Side, SideName } from './side.ts';
import { runSlice, type SliceResult, type Stretch, Stretches } from './slices.ts';

/** Looks whether the proof may end are this many blocks apart. */
const LOOK_EVERY_BLOCKS = 25;
const WARMUP_TURN_MS = 500;
const COUNTED_REQUESTS_MAX = 500;
/** A side that leaves more than this share of its requests without an answer has failed. */
const FAILED_SHARE_MAX = 0.01;
const SENT_BEFORE_JUDGED = 100;
const END_HEARD_MS_MAX = 1_000;

/** One proof, once both sides are up. */
export class Prover {
  private readonly before: Side;
  private readonly after: Side;
  private readonly options: ProveOptions;
  private readonly settings: Settings;
  private readonly blocks: Block[] = [];
  private readonly started = new Date();
  private readonly from = performance.now();
  private failure: string | undefined;
  private notCounted: string | undefined;

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
      notCounted: this.notCounted,
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
        const { elapsed_ms, reason } = await runSlice(
          side,
          { from, count, hold_ms: 0 },
          pace,
          options.signal,
        );
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
        // Its connections are gone before its end is heard of.
        await side.server?.endedWithin(END_HEARD_MS_MAX);
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
    const countSide = async (name: SideName): Promise<DatabaseCounts & { requests: number }> => {
      this.progress('counting');
      const side = this[name];
      const { recorder } = side;
      const counter = await DatabaseCounter.connect(postgres[name]);
      try {
        const work = async (): Promise<void> => {
          const { reason } = await runSlice(side, { from: 0, count, hold_ms: 0 }, { in_flight: 1 }, signal);
          // Counts of less than all the requests would be taken for the counts of all.
          if (reason !== 'finished') throw new Error(`the run that is counted ended early (${reason})`);
        };
        // These requests are no part of what the blocks measured.
        side.restartRecord();
        return { ...(await counter.count(work)), requests: count };
      } finally {
        side.recorder = recorder;
        await counter.close();
      }
    };
    try {
      return { before: await countSide('before'), after: await countSide('after') };
    } catch (error) {
      // The proof is made by now; it must not be lost for its supplement.
      this.notCounted = `the Postgres counters could not be read: ${(error as Error).message}`;
      return undefined;
    }
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

function sideBlock([first, second]: readonly SliceResult[]): SideBlock {
  return {
    answered: first!.answered + second!.answered,
    elapsed_ms: first!.elapsed_ms + second!.elapsed_ms,
    slices: [logBins(first!.latencies_ms), logBins(second!.latencies_ms)],
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
