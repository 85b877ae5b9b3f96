import { setTimeout as sleep } from 'node:timers/promises';
import { checkOptionNames, integerOption } from '../options.ts';
import type { MigrateOptions, Progress } from './progress.ts';

/** The options of a migration with their defaults. */
export interface Settings {
  readonly onProgress: (progress: Progress) => void;
  readonly batch: number;
  readonly batch_ms: number;
  readonly sample_queries: number;
}

export function readSettings(options: MigrateOptions): Settings {
  checkOptionNames('migrate', options, ['onProgress', 'batch', 'batch_ms', 'sample_queries']);
  const integer = (
    name: 'batch' | 'batch_ms' | 'sample_queries',
    min: number,
    max: number,
    fallback: number,
  ) => integerOption('migrate', name, options[name], { min, max, fallback });
  return {
    onProgress: options.onProgress ?? (() => undefined),
    batch: integer('batch', 1, batch_max, 100),
    batch_ms: integer('batch_ms', 1, 60_000, 25),
    sample_queries: integer('sample_queries', 0, 10_000, 50),
  };
}

/** Things of one batch at most. */
const batch_max = 5_000;

/** What goes through all things of a store by id: copying them to one place or another, or comparing them. */
export interface Pass {
  readonly phase: Progress['phase'];
  readonly total: number;
  /** Things that an earlier call of the same migration has been through. */
  readonly done: number;
  /** How long writers are left alone between two batches. */
  readonly rest_ms: number;
  /** Takes the next things, at most `limit`; returns how many there were, 0 when there are no more. */
  next(limit: number): Promise<number>;
}

/** Runs a pass to its end, in batches that take about `batch_ms` each. */
export async function runPass(pass: Pass, { batch, batch_ms, onProgress }: Settings): Promise<void> {
  const { phase, total, rest_ms } = pass;
  let { done } = pass;
  for (let limit = batch; ; ) {
    const start = performance.now();
    const taken = await pass.next(limit);
    if (taken > 0) {
      done += taken;
      limit = nextLimit(limit, performance.now() - start, batch_ms);
      onProgress({ phase, done: Math.min(done, total), total });
    }
    // After the last one too: on SQLite nothing else of a pass waits, and the timers of this process must run.
    await sleep(rest_ms);
    if (taken === 0) return;
  }
}

/** The size of the next batch, so that one takes about `batch_ms`. */
function nextLimit(limit: number, took_ms: number, batch_ms: number): number {
  const factor = Math.min(2, Math.max(0.5, batch_ms / Math.max(took_ms, 0.1)));
  return Math.max(1, Math.min(batch_max, Math.round(limit * factor)));
}
