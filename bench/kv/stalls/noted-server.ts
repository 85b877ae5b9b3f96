/**
 * The service, with notes on what held its requests up: `noted-server.ts DIRECTORY OPTIONS`, where OPTIONS are those
 * of `openLevelDb` as JSON. It answers `take` over IPC with what it noted since it was last asked, and `stats` with
 * the engine's counters.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { openLevelDb, serve } from '@cowpath/kv';
import { channels, listen } from '@cowpath/profile';
import { clock_ms, type Late, noteLateness, type Span } from './clock.ts';

/** A request that was slow inside the service; the span ends when its answer had been sent. */
export interface SlowInside extends Span {
  readonly operation: string;
  readonly queue_ms: number;
  readonly engine_ms: number;
  readonly socket_ms: number;
}

export interface ServiceNotes {
  readonly slow: readonly SlowInside[];
  readonly late: readonly Late[];
  readonly collections: readonly Span[];
  /** The most tables of level 0 seen just after a slow request; LevelDB slows writes at 8 and stops them at 12. */
  readonly level0: number;
}

const SLOW_MS = 15;
const NOTES_MAX = 20_000;

const [directory, options] = process.argv.slice(2) as [string, string];
const engine = await openLevelDb(directory, JSON.parse(options));
const { port } = await serve(engine, { port: 0 });
const lateness = noteLateness(2, 5, NOTES_MAX);
let slow: SlowInside[] = [];
let collections: Span[] = [];
let level0 = 0;

listen(
  channels.request,
  ({ operation, queue_ns, engine_ns, socket_ns }) => {
    const total_ms = (queue_ns + engine_ns + socket_ns) / 1e6;
    if (total_ms < SLOW_MS || slow.length >= NOTES_MAX) return;
    const to_ms = clock_ms();
    slow.push({
      operation,
      from_ms: to_ms - total_ms,
      to_ms,
      queue_ms: queue_ns / 1e6,
      engine_ms: engine_ns / 1e6,
      socket_ms: socket_ns / 1e6,
    });
    level0 = Math.max(level0, engine.stats().tables_level_0 ?? 0);
  },
  (error) => console.error(error),
);

new PerformanceObserver((list) => {
  const offset_ms = clock_ms() - performance.now();
  for (const { startTime, duration } of list.getEntries()) {
    if (duration > 5 && collections.length < NOTES_MAX)
      collections.push({ from_ms: offset_ms + startTime, to_ms: offset_ms + startTime + duration });
  }
}).observe({ entryTypes: ['gc'] });

process.on('disconnect', () => process.exit());
process.on('message', (question) => {
  if (question === 'stats') {
    process.send!(engine.stats());
    return;
  }
  const notes: ServiceNotes = { slow, late: lateness.take(), collections, level0 };
  slow = [];
  collections = [];
  level0 = 0;
  process.send!(notes);
});
process.send!({ port });
