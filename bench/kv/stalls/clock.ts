import { openSync, readSync } from 'node:fs';

/** Milliseconds of the machine's monotonic clock: the same in every process, as `performance.now()` is not. */
export function clock_ms(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A stretch of time on that clock. */
export interface Span {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** How much of `span` the others cover; they may overlap one another. */
export function covered_ms(span: Span, others: readonly Span[]): number {
  const inside = others
    .map(({ from_ms, to_ms }) => ({
      from_ms: Math.max(from_ms, span.from_ms),
      to_ms: Math.min(to_ms, span.to_ms),
    }))
    .filter(({ from_ms, to_ms }) => to_ms > from_ms)
    .sort((a, b) => a.from_ms - b.from_ms);
  let covered = 0;
  let until = span.from_ms;
  for (const { from_ms, to_ms } of inside) {
    covered += Math.max(0, to_ms - Math.max(from_ms, until));
    until = Math.max(until, to_ms);
  }
  return covered;
}

/** A stretch in which a process did nothing that it should have. */
export interface Late extends Span {
  /** Of it: on a core; and able to run without a core to run on. The rest is waiting for something else. Linux only. */
  readonly ran_ms: number;
  readonly coreless_ms: number;
}

/**
 * Notes when this process was held up: a timer every `every_ms` that fires later than `late_ms` says that the event
 * loop was held, or that the machine gave the process no core. At most `spans_max` are kept.
 */
export function noteLateness(every_ms: number, late_ms: number, spans_max: number): { take(): Late[] } {
  let spans: Late[] = [];
  let due_ms = clock_ms() + every_ms;
  let [ran_ms, coreless_ms] = schedule();
  setInterval(() => {
    const now = clock_ms();
    const [ran, coreless] = schedule();
    if (now - due_ms > late_ms && spans.length < spans_max)
      spans.push({ from_ms: due_ms, to_ms: now, ran_ms: ran - ran_ms, coreless_ms: coreless - coreless_ms });
    due_ms = now + every_ms;
    [ran_ms, coreless_ms] = [ran, coreless];
  }, every_ms).unref();
  return {
    take: () => {
      const taken = spans;
      spans = [];
      return taken;
    },
  };
}

const schedstat = ((): number | undefined => {
  try {
    return openSync('/proc/self/schedstat', 'r');
  } catch {
    return undefined;
  }
})();
const line = Buffer.alloc(128);

/** How long this thread has run, and waited for a core, since it began. */
function schedule(): [ran_ms: number, coreless_ms: number] {
  if (schedstat === undefined) return [0, 0];
  const length = readSync(schedstat, line, 0, line.length, 0);
  const [ran, waited] = line.toString('latin1', 0, length).split(' ');
  return [Number(ran) / 1e6, Number(waited) / 1e6];
}
