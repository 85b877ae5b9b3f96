import type { Plan } from '../plan/plan.ts';
import { Recorder } from '../run/recorder.ts';
import type { Traffic } from '../traffic/builder.ts';
import { analyse } from './analysis.ts';
import { type AnswerComparison, compareAnswers } from './answers.ts';
import type { Block } from './block.ts';
import { mayEnd } from './ending.ts';
import type { LaunchProof, Proof } from './format.ts';
import { Launch } from './launch.ts';
import type { ProveOptions, ProveProgress, Settings } from './options.ts';
import { DatabaseCounter, type DatabaseCounts } from './postgres.ts';
import { proofOf } from './proof.ts';
import type { Side, SideName } from './side.ts';
import { runSlice, Stretches } from './slices.ts';

/** With one launch, looks whether the proof may end are this many blocks apart; else each launch ends with one. */
const LOOK_EVERY_BLOCKS = 25;
/** A launch that takes so many times its share of the time ends without all of its blocks. */
const LAUNCH_SHARES_MAX = 2;
const COUNTED_REQUESTS_MAX = 500;

/** How the proof ended with a launch; `whole` when it goes on with the next. */
type LaunchEnd = Proof['end'] | 'whole';

/** One proof: its launches one after the other. */
export class Prover {
  private readonly options: ProveOptions;
  private readonly settings: Settings;
  private readonly planFor: (side: Side) => Plan;
  private readonly onBlock: ((block: Block) => void) | undefined;
  private readonly blocks: Block[] = [];
  private readonly launches: LaunchProof[] = [];
  private readonly started = new Date();
  private readonly from = performance.now();
  /** Of the blocks' gains in throughput, as logarithms: what progress shows. */
  private gains = 0;
  private answers: AnswerComparison | null = null;
  private records: Readonly<Record<SideName, Recorder>> | undefined;
  private stretches: Stretches | undefined;
  /** Of every launch; once the first has found out how many fit into its share of the time. */
  private blocksPerLaunch: number | undefined;
  private postgres: Record<SideName, DatabaseCounts & { requests: number }> | undefined;
  private failure: string | undefined;
  private notCounted: string | undefined;

  constructor(
    options: ProveOptions,
    settings: Settings,
    planFor: (side: Side) => Plan,
    onBlock?: (block: Block) => void,
  ) {
    this.options = options;
    this.settings = settings;
    this.planFor = planFor;
    this.onBlock = onBlock;
  }

  /** @throws LabError SIDE_FAILED or TARGET_DOWN when a side does not come up in the first launch */
  async run(traffic: Traffic): Promise<Proof> {
    const { options, settings } = this;
    let last: Launch | undefined;
    let end: LaunchEnd = 'whole';
    for (let number = 0; end === 'whole'; number++) {
      this.progress('starting', number);
      const launch = await this.open(number);
      if (typeof launch === 'string') {
        end = launch;
        break;
      }
      last = launch;
      try {
        end = await this.runLaunch(launch);
        if (end !== 'whole' && end !== 'interrupted' && end !== 'side-failed')
          await this.countDatabase(launch);
      } finally {
        await launch.close();
      }
    }
    return proofOf({
      options,
      blocks: this.blocks,
      launches: this.launches,
      launches_planned: settings.launches,
      analysis: analyse(this.blocks, settings.measures, settings.seed),
      end,
      failure: this.failure,
      notCounted: this.notCounted,
      started: this.started,
      elapsed_ms: performance.now() - this.from,
      pace: settings.pace,
      requests_per_slice: this.stretches!.take().count,
      seed: settings.seed,
      sides: last!.sides,
      answers: this.answers,
      postgres: this.postgres,
      traffic,
    });
  }

  /** What a later launch does not bring up must not cost what the earlier ones measured. */
  private async open(number: number): Promise<Launch | 'interrupted' | 'side-failed'> {
    const { options, settings } = this;
    try {
      return await Launch.open(number, options, settings, this.planFor);
    } catch (error) {
      if (number === 0) throw error;
      if (options.signal?.aborted) return 'interrupted';
      this.failure = `launch ${number + 1} of ${settings.launches} did not come up: ${(error as Error).message}`;
      return 'side-failed';
    }
  }

  private async runLaunch(launch: Launch): Promise<LaunchEnd> {
    const { settings, options } = this;
    const { number, sides } = launch;
    if (number === 0 && settings.answers_max > 0) {
      this.progress('comparing answers', number);
      this.answers = await compareAnswers(sides.before, sides.after, settings.answers_max, options.signal);
    }
    const rate_rps = await launch.warmUp(() => this.progress('warming up', number));
    this.records ??= { before: recorderFor(sides.before), after: recorderFor(sides.after) };
    launch.recordIn(this.records);
    // Stretches of the first launch's size, from where the last one ended, so that all launches can be compared.
    this.stretches ??= new Stretches(sides.before.plan, settings.pace, settings.slice_ms, rate_rps);
    const began = new Date().toISOString();
    const earlier = this.blocks.length;
    const end = await (settings.launches === 1
      ? this.measureOnly(launch, this.stretches)
      : this.measureOneOf(launch, this.stretches));
    const blocks = this.blocks.length - earlier;
    if (blocks > 0) this.launches.push({ started: began, blocks });
    const where = settings.launches > 1 ? `in launch ${number + 1} of ${settings.launches}: ` : '';
    if (launch.failure !== undefined) this.failure = `${where}${launch.failure}`;
    return end;
  }

  /** The one launch there is. */
  private async measureOnly(launch: Launch, stretches: Stretches): Promise<Proof['end']> {
    const { settings, blocks } = this;
    const until = performance.now() + settings.time_ms_max;
    for (;;) {
      const cut = await this.measureBlock(launch, stretches);
      if (cut) return cut;
      if (blocks.length >= settings.blocks_max) return 'blocks-limit';
      if (performance.now() >= until) return 'time-limit';
      const look = blocks.length >= settings.blocks_min && blocks.length % LOOK_EVERY_BLOCKS === 0;
      if (look && mayEnd(blocks, settings.measures)) return 'settled';
    }
  }

  /** One of several launches, of as many blocks as the others. */
  private async measureOneOf(launch: Launch, stretches: Stretches): Promise<LaunchEnd> {
    const { settings, blocks } = this;
    const blocks_max = Math.floor(settings.blocks_max / settings.launches);
    const share_ms = settings.time_ms_max / settings.launches;
    const from = performance.now();
    for (let measured = 1; ; measured++) {
      const cut = await this.measureBlock(launch, stretches);
      if (cut) return cut;
      const elapsed_ms = performance.now() - from;
      if (this.blocksPerLaunch === undefined && (measured >= blocks_max || elapsed_ms >= share_ms))
        this.blocksPerLaunch = measured;
      const whole = this.blocksPerLaunch !== undefined && measured >= this.blocksPerLaunch;
      if (whole || elapsed_ms >= share_ms * LAUNCH_SHARES_MAX) break;
    }
    if (launch.number + 1 === settings.launches)
      return this.blocksPerLaunch === blocks_max ? 'blocks-limit' : 'time-limit';
    return blocks.length >= settings.blocks_min && mayEnd(blocks, settings.measures) ? 'settled' : 'whole';
  }

  /** @returns why the proof must end, if it must */
  private async measureBlock(
    launch: Launch,
    stretches: Stretches,
  ): Promise<'interrupted' | 'side-failed' | undefined> {
    if (this.options.signal?.aborted) return 'interrupted';
    const block = await launch.runBlock(stretches.take(), this.blocks.length);
    if (typeof block === 'string') return block;
    this.blocks.push(block);
    const { before, after } = block;
    this.gains += Math.log(after.answered / after.elapsed_ms) - Math.log(before.answered / before.elapsed_ms);
    this.onBlock?.(block);
    this.progress('measuring', launch.number);
    return undefined;
  }

  private async countDatabase({ number, sides }: Launch): Promise<void> {
    const { postgres, signal } = this.options;
    if (!postgres) return;
    const count = Math.min(COUNTED_REQUESTS_MAX, sides.before.plan.requests.length);
    const countSide = async (name: SideName): Promise<DatabaseCounts & { requests: number }> => {
      this.progress('counting', number);
      const side = sides[name];
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
      this.postgres = { before: await countSide('before'), after: await countSide('after') };
    } catch (error) {
      // The proof is made by now; it must not be lost for its supplement.
      this.notCounted = `the Postgres counters could not be read: ${(error as Error).message}`;
    }
  }

  private progress(phase: ProveProgress['phase'], launch: number): void {
    const blocks = this.blocks.length;
    this.options.onProgress?.({
      phase,
      launch: launch + 1,
      launches: this.settings.launches,
      blocks,
      elapsed_s: (performance.now() - this.from) / 1000,
      gain: blocks === 0 ? undefined : this.gains / blocks,
    });
  }
}

function recorderFor({ plan }: Side): Recorder {
  return new Recorder(plan.routes.length, true);
}
