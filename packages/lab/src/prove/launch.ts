import type { Plan } from '../plan/plan.ts';
import type { Recorder } from '../run/recorder.ts';
import { logBins } from '../statistics/log-bins.ts';
import type { Block, SideBlock } from './block.ts';
import type { ProveOptions, Settings } from './options.ts';
import { Side, type SideName } from './side.ts';
import { runSlice, type SliceResult, type Stretch } from './slices.ts';

/** Short, because a warm-up ends with a turn of both. */
const WARMUP_TURN_MS = 200;
/** A side that leaves more than this share of its requests without an answer has failed. */
const FAILED_SHARE_MAX = 0.01;
const SENT_BEFORE_JUDGED = 100;
const END_HEARD_MS_MAX = 1_000;

/** Both sides, started for this launch and ended with it; servers that run already are only connected to. */
export class Launch {
  readonly number: number;
  readonly sides: Readonly<Record<SideName, Side>>;
  /** What ended it early: a side that died or failed. */
  failure: string | undefined;
  private readonly settings: Settings;
  private readonly signal: AbortSignal | undefined;

  private constructor(
    number: number,
    sides: Readonly<Record<SideName, Side>>,
    settings: Settings,
    signal: AbortSignal | undefined,
  ) {
    this.number = number;
    this.sides = sides;
    this.settings = settings;
    this.signal = signal;
  }

  /**
   * Starts both, one after the other, every second launch in the other order, and waits until they are healthy.
   * Nothing is left running when one of them does not come up.
   * @param number from 0
   * @throws LabError SIDE_FAILED, TARGET_DOWN; what `planFor` throws; the signal's reason when aborted
   */
  static async open(
    number: number,
    options: ProveOptions,
    settings: Settings,
    planFor: (side: Side) => Plan,
  ): Promise<Launch> {
    const opened = new Map<SideName, Side>();
    const order: readonly SideName[] = number % 2 === 0 ? ['before', 'after'] : ['after', 'before'];
    try {
      for (const name of order) {
        const side = await Side.open(name, options[name], settings, options.signal);
        opened.set(name, side);
        side.use(planFor(side));
      }
    } catch (error) {
      await Promise.all([...opened.values()].map((side) => side.close()));
      throw error;
    }
    const sides = { before: opened.get('before')!, after: opened.get('after')! };
    return new Launch(number, sides, settings, options.signal);
  }

  /** Turns of both sides until the time is over. @returns the rate of the slower in its last turn, closed loop */
  async warmUp(onTurn: () => void): Promise<number> {
    const { settings, sides } = this;
    const until = performance.now() + settings.warmup_ms * 2;
    let count = 20;
    let rate_rps = 1;
    let from = 0;
    do {
      onTurn();
      const rates: number[] = [];
      for (const side of [sides.before, sides.after]) {
        const pace = 'in_flight' in settings.pace ? settings.pace : { in_flight: 4 };
        const { elapsed_ms, reason } = await runSlice(side, { from, count, hold_ms: 0 }, pace, this.signal);
        if (reason === 'interrupted' || reason === 'target-gone') return rate_rps;
        rates.push((count * 1000) / elapsed_ms);
      }
      from = (from + count) % sides.before.plan.requests.length;
      rate_rps = Math.min(...rates);
      count = Math.max(20, Math.min(count * 4, Math.round((rate_rps * WARMUP_TURN_MS) / 1000)));
    } while (performance.now() < until);
    return rate_rps;
  }

  /** From here on what both do is recorded in these, which all launches of a proof share. */
  recordIn(records: Readonly<Record<SideName, Recorder>>): void {
    for (const side of Object.values(this.sides)) side.recorder = records[side.name];
  }

  /**
   * Before, after, after, before; every second block the other way round.
   * @param number of the block in the whole proof
   */
  async runBlock(stretch: Stretch, number: number): Promise<Block | 'interrupted' | 'side-failed'> {
    const [first, second]: [SideName, SideName] =
      number % 2 === 0 ? ['before', 'after'] : ['after', 'before'];
    const results: Record<SideName, SliceResult[]> = { before: [], after: [] };
    for (const name of [first, second, second, first]) {
      const side = this.sides[name];
      const result = await runSlice(side, stretch, this.settings.pace, this.signal);
      if (result.reason === 'interrupted') return 'interrupted';
      if (result.reason === 'target-gone' || hasFailed(side)) {
        // Its connections are gone before its end is heard of.
        await side.server?.endedWithin(END_HEARD_MS_MAX);
        this.failure = failureOf(side);
        return 'side-failed';
      }
      results[name].push(result);
    }
    return {
      launch: this.number,
      before: sideBlock(results.before),
      after: sideBlock(results.after),
    };
  }

  /** Ends the servers that it started; when this resolves they and what they left in temporary places are gone. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.sides).map((side) => side.close()));
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
