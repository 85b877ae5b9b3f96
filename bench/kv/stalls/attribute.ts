import { covered_ms, type Late, type Span } from './clock.ts';
import type { ServiceNotes, SlowInside } from './noted-server.ts';
import type { SlowRequest } from './paced.ts';
import type { MachineNotes } from './watcher.ts';

/** Requests that were held up together. */
export interface Stall extends Span {
  readonly requests: number;
  readonly puts: number;
  /** The longest of them. */
  readonly longest_ms: number;
}

/** Where the time of a stall went, most telling first: a cause is named when it covers half of the stall. */
export type Cause =
  /** The process that sends was late itself. */
  | 'the client'
  /** A process that has nothing to do with the service got no turn either. */
  | 'the machine'
  | 'garbage collection'
  /** The service's event loop was held: it worked, had no core to work on, or waited for a lock or a file. */
  | 'the event loop at work'
  | 'the event loop without a core'
  | 'the event loop blocked'
  /** A group of writes waited for LevelDB. */
  | 'the engine'
  /** Writes waited for the group before theirs. */
  | "the engine's queue"
  /** Receiving and sending. */
  | 'the socket'
  | 'unknown';

export interface Attributed extends Stall {
  readonly cause: Cause;
  /** What covered how much of it, in words. */
  readonly evidence: string;
  /** LevelDB was flushing a write buffer, or writing tables, at some time of it. */
  readonly flush: boolean;
  readonly tables: boolean;
}

export interface Notes {
  readonly client: readonly Span[];
  /** Slow answers of the bare handler at the same time. */
  readonly bare: readonly Span[];
  readonly machine: MachineNotes;
  /** Of the service; none when the stall is the bare handler's. */
  readonly service: ServiceNotes | undefined;
}

/** Slow requests whose times overlap are one stall. */
export function stallsOf(slow: readonly SlowRequest[]): Stall[] {
  const stalls: (Stall & { to_ms: number; requests: number; puts: number; longest_ms: number })[] = [];
  for (const request of [...slow].sort((a, b) => a.from_ms - b.from_ms)) {
    const took_ms = request.to_ms - request.from_ms;
    const put = request.operation === 'PUT' ? 1 : 0;
    const last = stalls.at(-1);
    if (last !== undefined && request.from_ms <= last.to_ms) {
      last.to_ms = Math.max(last.to_ms, request.to_ms);
      last.requests += 1;
      last.puts += put;
      last.longest_ms = Math.max(last.longest_ms, took_ms);
    } else {
      stalls.push({
        from_ms: request.from_ms,
        to_ms: request.to_ms,
        requests: 1,
        puts: put,
        longest_ms: took_ms,
      });
    }
  }
  return stalls;
}

export function attribute(stall: Stall, notes: Notes): Attributed {
  const whole_ms = stall.to_ms - stall.from_ms;
  const { service, machine } = notes;
  const inside = (part: (slow: SlowInside) => number): Span[] =>
    (service?.slow ?? [])
      .filter((slow) => slow.from_ms < stall.to_ms && slow.to_ms > stall.from_ms)
      .map((slow) => ({ from_ms: slow.to_ms - part(slow), to_ms: slow.to_ms }));
  const late = (service?.late ?? []).filter(
    ({ from_ms, to_ms }) => from_ms < stall.to_ms && to_ms > stall.from_ms,
  );
  // In the order in which one explains the next: what the machine did shows in everything below it.
  const shares: [Cause, string, number][] = [
    ['the client', 'the client was late', covered_ms(stall, notes.client)],
    ['the machine', 'an idle process got no turn', covered_ms(stall, machine.late)],
    ['garbage collection', 'garbage collection', covered_ms(stall, service?.collections ?? [])],
    [
      heldBy(late),
      `the service's event loop was held (at work ${sum(late, 'ran_ms').toFixed(0)} ms, without a core ${sum(late, 'coreless_ms').toFixed(0)} ms)`,
      covered_ms(stall, late),
    ],
    ['the engine', 'a write waited for LevelDB', longest(inside(({ engine_ms }) => engine_ms))],
    [
      "the engine's queue",
      'a write waited for the group before it',
      longest(inside(({ queue_ms }) => queue_ms)),
    ],
    ['the socket', 'sending or receiving', longest(inside(({ socket_ms }) => socket_ms))],
  ];
  const cause = shares.find(([, , ms]) => ms >= whole_ms / 2)?.[0] ?? 'unknown';
  const words = shares.filter(([, , ms]) => ms >= 5).map(([, what, ms]) => `${what} ${ms.toFixed(0)} ms`);
  const disk_ms = covered_ms(stall, machine.slowSyncs);
  if (disk_ms > 0)
    words.push(`4 KiB of another process were on their way to the disk ${disk_ms.toFixed(0)} ms`);
  const bare_ms = covered_ms(stall, notes.bare);
  if (bare_ms > 0) words.push(`the bare handler was slow too, ${bare_ms.toFixed(0)} ms`);
  const flush = covered_ms(stall, machine.flushes) > 0;
  const tables = covered_ms(stall, machine.tables) > 0;
  if (flush) words.push('a write buffer was being flushed');
  if (tables) words.push('tables were being written or removed');
  if (service !== undefined && service.level0 >= 8) words.push(`${service.level0} tables in level 0`);
  return { ...stall, cause, evidence: words.join('; ') || 'nothing was noted', flush, tables };
}

function sum(late: readonly Late[], part: 'ran_ms' | 'coreless_ms'): number {
  return late.reduce((total, one) => total + one[part], 0);
}

/** What most of the time went to. */
function heldBy(late: readonly Late[]): Cause {
  const whole_ms = late.reduce((total, { from_ms, to_ms }) => total + to_ms - from_ms, 0);
  const ran_ms = sum(late, 'ran_ms');
  const coreless_ms = sum(late, 'coreless_ms');
  const blocked_ms = whole_ms - ran_ms - coreless_ms;
  if (coreless_ms >= ran_ms && coreless_ms >= blocked_ms) return 'the event loop without a core';
  return ran_ms >= blocked_ms ? 'the event loop at work' : 'the event loop blocked';
}

function longest(spans: readonly Span[]): number {
  return Math.max(0, ...spans.map(({ from_ms, to_ms }) => to_ms - from_ms));
}
