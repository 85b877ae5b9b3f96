import { Target } from '../process.ts';
import { type Attributed, attribute, type Stall, stallsOf } from './attribute.ts';
import type { ServiceNotes } from './noted-server.ts';
import { type PacedRequest, Pacer } from './paced.ts';
import type { MachineNotes } from './watcher.ts';

const noted = new URL('noted-server.ts', import.meta.url);
const watcher = new URL('watcher.ts', import.meta.url);

export interface Plan {
  readonly directory: string;
  /** On the same disk. */
  readonly scratch: string;
  readonly engine: Readonly<Record<string, unknown>>;
  readonly rate_per_s: number;
  readonly block_ms: number;
  /** Blocks of each server. */
  readonly blocks: number;
  readonly stall_ms: number;
  readonly next: () => PacedRequest;
  readonly progress: (text: string) => void;
}

export interface SideResult {
  /** The latencies of each block, sorted: for ratios over pairs of blocks. */
  readonly blocks: number[][];
  readonly stalls: Attributed[];
  unanswered: number;
}

export interface StallsResult {
  readonly service: SideResult;
  readonly bare: SideResult;
  readonly flushes: number;
  readonly flush_ms_max: number;
  /** How long a neighbour's 4 KiB took to the disk at most, while the service was loaded and while it was not. */
  readonly sync_ms_max: { readonly service: number; readonly bare: number };
  /** The engine's counters: what was added by the run. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Of the rate, what the bare handler gets while the service is loaded, to see what the machine does then. */
const WITNESS_SHARE = 0.05;
/** What a request may take before it is worth a note. */
const SLOW_SHARE = 0.5;
/** Announcements of answers, and events of files, that are still under way. */
const SETTLE_MS = 100;

/** Loads the service and the bare handler in turns (ABBA), and finds what each stall was. */
export async function measureStalls(plan: Plan): Promise<StallsResult> {
  const started: Target[] = [];
  const begin = async (target: Promise<Target>): Promise<Target> => {
    started.push(await target);
    return target;
  };
  try {
    const service = await begin(Target.fork('kv', noted, [plan.directory, JSON.stringify(plan.engine)]));
    const bare = await begin(Target.start('bare', ''));
    const machine = await begin(Target.fork('watcher', watcher, [plan.directory, plan.scratch]));
    const run = new Run(plan, service, bare, machine);
    await run.warmUp();
    const before = await service.ask<Record<string, number>>('stats');
    for (let at = 0; at < plan.blocks; at++) {
      const order = at % 2 === 0 ? (['service', 'bare'] as const) : (['bare', 'service'] as const);
      for (const side of order) await run.block(side);
      plan.progress(`block ${at + 1} of ${plan.blocks}`);
    }
    const after = await service.ask<Record<string, number>>('stats');
    run.close();
    const counters = Object.fromEntries(
      Object.entries(after)
        .filter(([name]) => name.endsWith('_total'))
        .map(([name, value]) => [name, value - (before[name] ?? 0)]),
    );
    return { ...run.result(), counters };
  } finally {
    await Promise.all(started.map((target) => target.stop()));
  }
}

class Run {
  readonly #plan: Plan;
  readonly #targets: { readonly service: Target; readonly bare: Target; readonly machine: Target };
  readonly #pacers: { readonly service: Pacer; readonly bare: Pacer };
  readonly #sides = { service: emptySide(), bare: emptySide() };
  readonly #sync_ms_max = { service: 0, bare: 0 };
  #flushes = 0;
  #flush_ms_max = 0;

  constructor(plan: Plan, service: Target, bare: Target, machine: Target) {
    this.#plan = plan;
    this.#targets = { service, bare, machine };
    this.#pacers = { service: new Pacer(service.port), bare: new Pacer(bare.port) };
  }

  async warmUp(): Promise<void> {
    const { rate_per_s, next } = this.#plan;
    for (const pacer of [this.#pacers.bare, this.#pacers.service])
      await pacer.run(rate_per_s, 3_000, Number.POSITIVE_INFINITY, next);
    await this.#take();
  }

  async block(side: 'service' | 'bare'): Promise<void> {
    const { rate_per_s, block_ms, stall_ms, next } = this.#plan;
    const note_ms = stall_ms * SLOW_SHARE;
    const witness =
      side === 'service'
        ? this.#pacers.bare.run(rate_per_s * WITNESS_SHARE, block_ms, note_ms, next)
        : undefined;
    const result = await this.#pacers[side].run(rate_per_s, block_ms, note_ms, next);
    const witnessed = await witness;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const notes = await this.#take();
    const kept = this.#sides[side];
    kept.blocks.push(result.latencies_ms.sort((a, b) => a - b));
    kept.unanswered += result.unanswered;
    const attributed = (stall: Stall): Attributed =>
      attribute(stall, {
        client: result.late,
        bare: witnessed?.slow ?? [],
        machine: notes.machine,
        service: side === 'service' ? notes.service : undefined,
      });
    kept.stalls.push(
      ...stallsOf(result.slow)
        .filter(({ longest_ms }) => longest_ms > stall_ms)
        .map(attributed),
    );
    this.#sync_ms_max[side] = Math.max(this.#sync_ms_max[side], notes.machine.longestSync_ms);
    this.#flushes += notes.machine.flushes.length;
    for (const { from_ms, to_ms } of notes.machine.flushes)
      this.#flush_ms_max = Math.max(this.#flush_ms_max, to_ms - from_ms);
  }

  close(): void {
    this.#pacers.service.close();
    this.#pacers.bare.close();
  }

  result(): Omit<StallsResult, 'counters'> {
    return {
      ...this.#sides,
      flushes: this.#flushes,
      flush_ms_max: this.#flush_ms_max,
      sync_ms_max: this.#sync_ms_max,
    };
  }

  async #take(): Promise<{ machine: MachineNotes; service: ServiceNotes }> {
    return {
      machine: await this.#targets.machine.ask<MachineNotes>('take'),
      service: await this.#targets.service.ask<ServiceNotes>('take'),
    };
  }
}

function emptySide(): SideResult {
  return { blocks: [], stalls: [], unanswered: 0 };
}
