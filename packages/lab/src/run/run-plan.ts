import { HttpClient } from '../client/http-client.ts';
import type { Target } from '../client/target.ts';
import { waitForTarget } from '../client/wait-for-target.ts';
import { LabError } from '../errors.ts';
import { checkNumber } from '../options.ts';
import type { Plan } from '../plan/plan.ts';
import type { LoadResult } from '../results/format.ts';
import { HdrLog } from '../results/hdr-log.ts';
import { loadResult } from '../results/result.ts';
import { ClosedLoop } from './closed-loop.ts';
import type { LatencyHistogram } from './latency-histogram.ts';
import type { Loop } from './loop.ts';
import { OpenLoop } from './open-loop.ts';
import { Recorder } from './recorder.ts';

/** What every run can be told, whatever its requests come from. */
export interface RunOptions {
  /** Sending stops after so many seconds. */
  readonly time_s_max?: number | undefined;
  /** Most connections in open loop; default 1,000. In closed loop it is the number in flight. */
  readonly connections_max?: number;
  /** For one answer, connecting included; default 30,000. */
  readonly timeout_ms?: number;
  /** How long to wait for the target to accept connections; default 10. */
  readonly wait_s?: number;
  /** Accept any TLS certificate. */
  readonly insecure?: boolean;
  /** Open loop; see `OpenLoopOptions.timer`. */
  readonly timer?: 'precise' | 'coarse';
  /** Where to write an HdrHistogram interval log. */
  readonly hdr_log?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once a second as the run goes. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export const RUN_OPTION_NAMES = [
  'time_s_max',
  'connections_max',
  'timeout_ms',
  'wait_s',
  'insecure',
  'timer',
  'hdr_log',
  'signal',
  'onProgress',
] as const;

/** How a run stands. */
export interface Progress {
  readonly elapsed_s: number;
  readonly sent: number;
  /** Infinite where requests are repeated until the time is over. */
  readonly planned: number;
  readonly in_flight: number;
  readonly failed: number;
  /** Over the last second. */
  readonly throughput_rps: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
}

/** At a pace (open loop) or with a number in flight (closed loop). */
export type Pace = { readonly factor: number } | { readonly in_flight: number; readonly repeat: boolean };

/** A result and the distribution behind its `latency_ms`, for plots. */
export interface RunOutcome {
  readonly result: LoadResult;
  readonly histogram: LatencyHistogram;
}

const INTERVAL_MS = 1000;

/**
 * Waits for the target and sends a plan. Never throws for what the target does once it was up: that is in the
 * result.
 * @throws LabError BAD_OPTION, TARGET_DOWN
 */
export async function runPlan(
  plan: Plan,
  target: Target,
  pace: Pace,
  options: RunOptions,
  log: LoadResult['log'],
): Promise<RunOutcome> {
  const connections_max = checkNumber('connections_max', options.connections_max ?? 1000, {
    min: 1,
    integer: true,
  });
  const timeout_ms = checkNumber('timeout_ms', options.timeout_ms ?? 30_000, { min: 0, above: true });
  const wait_s = checkNumber('wait_s', options.wait_s ?? 10, { min: 0 });
  const time_ms_max =
    options.time_s_max === undefined
      ? undefined
      : checkNumber('time_s_max', options.time_s_max, { min: 0, above: true, max: 2_000_000 }) * 1000;
  const open = 'factor' in pace;
  if (options.timer !== undefined && options.timer !== 'precise' && options.timer !== 'coarse') {
    throw new LabError(
      'BAD_OPTION',
      `timer is ${JSON.stringify(options.timer)}; expected "precise" or "coarse"`,
    );
  }
  if (open) checkNumber('factor', pace.factor, { min: 0, above: true });
  else checkNumber('in_flight', pace.in_flight, { min: 1, max: 100_000, integer: true });
  await waitForTarget(target, wait_s * 1000, options.signal);

  const client = new HttpClient(target, {
    connections_max: open ? connections_max : pace.in_flight,
    timeout_ms,
    insecure: options.insecure ?? false,
  });
  const recorder = new Recorder(plan.routes.length);
  const limits = { time_ms_max, signal: options.signal };
  const loop: Loop = open
    ? new OpenLoop(plan.requests, plan.offsets_ms, client, recorder, {
        ...limits,
        factor: pace.factor,
        timer: options.timer ?? 'precise',
      })
    : new ClosedLoop(plan.requests, client, recorder, { ...limits, ...pace });
  const started = new Date();
  const hdrLog =
    options.hdr_log === undefined
      ? undefined
      : new HdrLog(
          options.hdr_log,
          started,
          `cowpath ${open ? 'latency from the intended start' : 'service time'}, ${target.href}`,
        );
  const from = performance.now();
  const planned = open || !pace.repeat ? plan.requests.length : Number.POSITIVE_INFINITY;
  const onInterval = (): void => {
    hdrLog?.interval(recorder.interval, (performance.now() - from) / 1000);
    options.onProgress?.(progressOf(recorder, client, from, planned));
    recorder.resetInterval();
  };
  const timer = setInterval(onInterval, INTERVAL_MS);
  try {
    const { reason, elapsed_ms } = await loop.run();
    const result = loadResult({
      target,
      plan,
      recorder,
      client,
      started,
      elapsed_ms,
      reason,
      factor: open ? pace.factor : null,
      in_flight: open ? null : pace.in_flight,
      log,
    });
    return { result, histogram: recorder.total() };
  } finally {
    clearInterval(timer);
    client.close();
    if (hdrLog) finishLog(hdrLog, plan, recorder, (performance.now() - from) / 1000);
  }
}

function finishLog(hdrLog: HdrLog, plan: Plan, recorder: Recorder, elapsed_s: number): void {
  if (recorder.interval.count > 0) hdrLog.interval(recorder.interval, elapsed_s);
  recorder.routes.forEach((route, i) => {
    if (route.latency.count > 0) hdrLog.route(plan.routes[i]!, route.latency, elapsed_s);
  });
  hdrLog.close();
}

function progressOf(recorder: Recorder, client: HttpClient, from: number, planned: number): Progress {
  return {
    elapsed_s: (performance.now() - from) / 1000,
    sent: recorder.sent,
    planned,
    in_flight: client.inFlight,
    failed: recorder.failed,
    throughput_rps: recorder.interval.count / (INTERVAL_MS / 1000),
    p50_ms: recorder.interval.at(0.5),
    p99_ms: recorder.interval.at(0.99),
  };
}
