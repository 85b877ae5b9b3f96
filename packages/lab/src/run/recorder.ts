import type { ExchangeError } from '../client/exchange.ts';
import { LatencyHistogram } from './latency-histogram.ts';

/** What is kept of the requests of one route. */
export class RouteRecord {
  readonly latency: LatencyHistogram = new LatencyHistogram();
  readonly statuses: Map<number, number> = new Map();
  readonly errors: Map<ExchangeError, number> = new Map();
  sent = 0;
  bytes = 0;
  /** Answers whose status is not the recorded one. */
  statusDiffers = 0;
}

const COULD_NOT_REACH: ReadonlySet<ExchangeError> = new Set([
  'refused',
  'dns',
  'unreachable',
  'reset',
  'tls',
]);

/** Requests without an answer in a row, and the time they must span, before a target counts as gone. */
const GONE_FAILURES_MIN = 20;
const GONE_AFTER_MS = 5_000;

/**
 * Takes the outcomes of a run. A request that timed out counts with the time it was waited for, because
 * leaving it out would hide the worst; other failures are counted and have no latency.
 */
export class Recorder {
  readonly routes: readonly RouteRecord[];
  /** From the moment a request was sent, where that differs from its latency (open loop). */
  readonly service: LatencyHistogram = new LatencyHistogram();
  /** How long after its intended start each request was handed to the client (open loop). */
  readonly lateness: LatencyHistogram = new LatencyHistogram();
  /** Latencies since the last `resetInterval`. */
  readonly interval: LatencyHistogram = new LatencyHistogram();
  sent = 0;
  answered = 0;
  failed = 0;
  intervalFailed = 0;

  private latencies: number[] | undefined;
  private failuresInRow = 0;
  private failingSince_ms = 0;

  /** @param keepLatencies keep each latency as it is too, for `takeLatencies` */
  constructor(routes: number, keepLatencies = false) {
    if (keepLatencies) this.latencies = [];
    this.routes = Array.from({ length: routes }, () => new RouteRecord());
  }

  onSent(route: number): void {
    this.sent++;
    this.routes[route]!.sent++;
  }

  onAnswer(
    route: number,
    latency_ms: number,
    status: number,
    bytes: number,
    recordedStatus: number | undefined,
  ): void {
    const record = this.routes[route]!;
    this.answered++;
    this.failuresInRow = 0;
    record.latency.record(latency_ms);
    this.interval.record(latency_ms);
    this.latencies?.push(latency_ms);
    record.bytes += bytes;
    record.statuses.set(status, (record.statuses.get(status) ?? 0) + 1);
    if (recordedStatus !== undefined && recordedStatus !== status) record.statusDiffers++;
  }

  onFailure(route: number, latency_ms: number, bytes: number, error: ExchangeError, now: number): void {
    const record = this.routes[route]!;
    this.failed++;
    this.intervalFailed++;
    record.bytes += bytes;
    record.errors.set(error, (record.errors.get(error) ?? 0) + 1);
    if (error === 'timeout') {
      record.latency.record(latency_ms);
      this.interval.record(latency_ms);
      this.latencies?.push(latency_ms);
    }
    if (!COULD_NOT_REACH.has(error)) return;
    if (this.failuresInRow === 0) this.failingSince_ms = now;
    this.failuresInRow++;
  }

  /** Whether the target answers nothing any more. */
  targetGone(now: number): boolean {
    return this.failuresInRow >= GONE_FAILURES_MIN && now - this.failingSince_ms >= GONE_AFTER_MS;
  }

  /** Whether it answered nothing any more when the run was at its end, however short that was. */
  goneAtEnd(): boolean {
    return this.failuresInRow >= GONE_FAILURES_MIN;
  }

  /** The latencies since the last call, in milliseconds, not rounded to any bucket. */
  takeLatencies(): readonly number[] {
    const taken = this.latencies ?? [];
    this.latencies = [];
    return taken;
  }

  resetInterval(): void {
    this.interval.reset();
    this.intervalFailed = 0;
  }

  /** The latencies of all routes together. */
  total(): LatencyHistogram {
    const total = new LatencyHistogram();
    for (const route of this.routes) total.add(route.latency);
    return total;
  }
}
