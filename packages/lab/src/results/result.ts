import type { HttpClient } from '../client/http-client.ts';
import type { Target } from '../client/target.ts';
import type { Plan } from '../plan/plan.ts';
import type { LatencyHistogram } from '../run/latency-histogram.ts';
import type { EndReason } from '../run/loop.ts';
import type { Recorder, RouteRecord } from '../run/recorder.ts';
import type { Latency, LoadResult, RouteResult } from './format.ts';

export interface FinishedRun {
  readonly target: Target;
  readonly plan: Plan;
  readonly recorder: Recorder;
  readonly client: HttpClient;
  readonly started: Date;
  readonly elapsed_ms: number;
  readonly reason: EndReason;
  readonly factor: number | null;
  readonly in_flight: number | null;
  readonly log: LoadResult['log'];
}

/** Brings a finished run to the documented format. */
export function loadResult(run: FinishedRun): LoadResult {
  const { recorder, plan } = run;
  const seconds = run.elapsed_ms / 1000;
  const open = run.factor !== null;
  return {
    format: 'cowpath-load',
    version: 1,
    loop: open ? 'open' : 'closed',
    measure: open ? 'latency from the intended start' : 'service time',
    target: run.target.href,
    started: run.started.toISOString(),
    elapsed_s: seconds,
    complete: run.reason === 'finished' || run.reason === 'time-limit',
    end: run.reason,
    factor: run.factor,
    in_flight: run.in_flight,
    requests: {
      planned: plan.requests.length,
      sent: recorder.sent,
      not_sent: Math.max(0, plan.requests.length - recorder.sent),
      answered: recorder.answered,
      failed: recorder.failed,
      retried: run.client.retried,
    },
    throughput_rps: recorder.answered / seconds,
    ...loadCounts(recorder),
    service_ms: open ? latency(recorder.service) : null,
    lateness_ms: open ? latency(recorder.lateness) : null,
    status_differs: recorder.routes.reduce((sum, route) => sum + route.statusDiffers, 0),
    bytes: recorder.routes.reduce((sum, route) => sum + route.bytes, 0),
    routes: recorder.routes
      .map((record, i) => routeResult(plan.routes[i]!, record, seconds))
      .filter((route) => route.sent > 0)
      .sort((a, b) => b.sent - a.sent),
    log: run.log,
  };
}

/** Latency, statuses and errors of all routes together. */
export function loadCounts(recorder: Recorder): Pick<LoadResult, 'latency_ms' | 'statuses' | 'errors'> {
  return {
    latency_ms: latency(recorder.total()),
    statuses: merged(recorder.routes.map((route) => route.statuses)),
    errors: merged(recorder.routes.map((route) => route.errors)),
  };
}

function routeResult(route: string, record: RouteRecord, seconds: number): RouteResult {
  let answered = 0;
  for (const count of record.statuses.values()) answered += count;
  return {
    route,
    sent: record.sent,
    throughput_rps: answered / seconds,
    latency_ms: latency(record.latency),
    statuses: merged([record.statuses]),
    status_differs: record.statusDiffers,
    errors: merged([record.errors]),
    bytes: record.bytes,
  };
}

/** @returns null when nothing was recorded */
function latency(histogram: LatencyHistogram): Latency | null {
  if (histogram.count === 0) return null;
  return {
    count: histogram.count,
    mean: histogram.mean(),
    p50: histogram.at(0.5),
    p90: histogram.at(0.9),
    p99: histogram.at(0.99),
    p999: histogram.at(0.999),
    max: histogram.max(),
  };
}

function merged<K extends string | number>(maps: readonly ReadonlyMap<K, number>[]): Record<K, number> {
  const sums = new Map<K, number>();
  for (const map of maps) for (const [key, count] of map) sums.set(key, (sums.get(key) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1))) as Record<K, number>;
}
