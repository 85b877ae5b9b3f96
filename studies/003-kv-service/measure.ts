import { type LoadResult, load } from '../../bench/kv/load.ts';
import { Target } from '../../bench/kv/process.ts';
import { pairedRatio, quantile, type Ratio } from '../../bench/kv/statistics.ts';
import type { Profiles } from './profiles.ts';
import { flagsOf, type Operation, type Stage, type Step } from './stages.ts';
import { requestOf } from './traffic.ts';

const program = new URL('stage-server.ts', import.meta.url);
const CONNECTIONS: Record<Operation, number> = { get: 64, 'get missing': 64, put: 64, range: 2 };

export interface Figures {
  readonly requests_per_s: number;
  readonly cpu_us: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly p999_ms: number;
  readonly longest_ms: number;
}

export interface StepResult {
  readonly name: string;
  readonly operation: Operation;
  readonly source: string;
  readonly before: Figures;
  readonly after: Figures;
  /** After over before: above 1 is better for throughput, below 1 for the others. */
  readonly throughput: Ratio;
  readonly cpu: Ratio;
  readonly p99: Ratio;
  readonly p999: Ratio;
  readonly profiles: { readonly before: Profiles; readonly after: Profiles };
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly block_ms: number;
  /** Gives each server a data directory of its own, filled alike. */
  readonly directory: () => Promise<string>;
  readonly progress: (text: string) => void;
}

/** Loads both stages of a step in interleaved blocks (ABBA), then once more under the profilers. */
export async function measureStep(step: Step, options: MeasureOptions): Promise<StepResult> {
  const sides = { before: await start(step.before, options), after: await start(step.after, options) };
  try {
    const blocks: { before: Figures[]; after: Figures[] } = { before: [], after: [] };
    for (const side of ['before', 'after'] as const)
      await block(sides[side], step.operation, options.block_ms);
    for (let round = 0; round < options.rounds; round++) {
      const order = round % 2 === 0 ? (['before', 'after'] as const) : (['after', 'before'] as const);
      for (const side of order) blocks[side].push(await block(sides[side], step.operation, options.block_ms));
      options.progress(`${step.name}: round ${round + 1} of ${options.rounds}`);
    }
    const ratio = (of: (figures: Figures) => number): Ratio =>
      pairedRatio(blocks.after.map((after, at) => [of(after), of(blocks.before[at]!)] as const));
    return {
      name: step.name,
      operation: step.operation,
      source: step.source,
      before: median(blocks.before),
      after: median(blocks.after),
      throughput: ratio((figures) => figures.requests_per_s),
      cpu: ratio((figures) => figures.cpu_us),
      p99: ratio((figures) => figures.p99_ms),
      p999: ratio((figures) => figures.p999_ms),
      profiles: {
        before: await profiled(sides.before, step.operation, options.block_ms),
        after: await profiled(sides.after, step.operation, options.block_ms),
      },
    };
  } finally {
    await sides.before.stop();
    await sides.after.stop();
  }
}

async function start(stage: Stage, options: MeasureOptions): Promise<Target> {
  return Target.fork(stage.calls, program, [await options.directory(), ...flagsOf(stage)]);
}

async function block(target: Target, operation: Operation, duration_ms: number): Promise<Figures> {
  const before = await target.cpu_us();
  const result = await run(target, operation, duration_ms);
  const cpu_us = ((await target.cpu_us()) - before) / result.requests;
  const sorted = result.latencies_ms.sort((a, b) => a - b);
  return {
    requests_per_s: result.requests / result.seconds,
    cpu_us,
    p50_ms: quantile(sorted, 0.5),
    p99_ms: quantile(sorted, 0.99),
    p999_ms: quantile(sorted, 0.999),
    longest_ms: sorted.at(-1) ?? Number.NaN,
  };
}

function run(target: Target, operation: Operation, duration_ms: number): Promise<LoadResult> {
  return load({
    port: target.port,
    connections: CONNECTIONS[operation],
    duration_ms,
    next: requestOf(operation),
    statuses: operation === 'get missing' ? [404] : operation === 'put' ? [201] : [200],
  });
}

/** In a pass of its own: the profilers cost time themselves. */
async function profiled(target: Target, operation: Operation, duration_ms: number): Promise<Profiles> {
  await target.ask('profile-start');
  await run(target, operation, duration_ms);
  return target.ask<Profiles>('profile-stop');
}

/** Each figure's median over the blocks; of the longest, the longest. */
function median(blocks: readonly Figures[]): Figures {
  const middle = (of: (figures: Figures) => number): number =>
    quantile(
      blocks.map(of).sort((a, b) => a - b),
      0.5,
    );
  return {
    requests_per_s: middle((figures) => figures.requests_per_s),
    cpu_us: middle((figures) => figures.cpu_us),
    p50_ms: middle((figures) => figures.p50_ms),
    p99_ms: middle((figures) => figures.p99_ms),
    p999_ms: middle((figures) => figures.p999_ms),
    longest_ms: Math.max(...blocks.map((figures) => figures.longest_ms)),
  };
}
