import type { ExchangeError } from '../client/exchange.ts';
import type { OmitReason } from '../plan/plan.ts';
import type { EndReason } from '../run/loop.ts';
import type { LineAccount } from '../traffic/builder.ts';

/**
 * What `cowpath replay --json` and `cowpath load --json` print; this file is its specification. Times in
 * milliseconds, with the resolution of an HdrHistogram of microseconds with three significant digits.
 */
export interface LoadResult {
  readonly format: 'cowpath-load';
  readonly version: 1;
  /** `open`: sent at their times; `closed`: a fixed number kept in flight. */
  readonly loop: 'open' | 'closed';
  /** What `latency_ms` is counted from. */
  readonly measure: 'latency from the intended start' | 'service time';
  readonly target: string;
  /** ISO 8601. */
  readonly started: string;
  /** From the first send to the last answer. */
  readonly elapsed_s: number;
  /** False when the run was cut short, by Ctrl-C or because the target went away; see `end`. */
  readonly complete: boolean;
  readonly end: EndReason;
  /** Open loop: times the recorded pace. Null in closed loop. */
  readonly factor: number | null;
  /** Closed loop: requests kept in flight. Null in open loop. */
  readonly in_flight: number | null;
  /**
   * Every request has one fate: `planned = sent + not_sent` where the log is not repeated, and
   * `sent = answered + failed`.
   */
  readonly requests: {
    readonly planned: number;
    readonly sent: number;
    readonly not_sent: number;
    readonly answered: number;
    readonly failed: number;
    /** Sent again because a kept-alive connection turned out to be closed; counted once above. */
    readonly retried: number;
  };
  /** Answers a second. */
  readonly throughput_rps: number;
  /** Of answers and of timeouts (counted with the time waited). Null when there is none. */
  readonly latency_ms: Latency | null;
  /** Open loop only: from the actual send. */
  readonly service_ms: Latency | null;
  /** Open loop only: how late requests were handed over, by fault of the load generator. */
  readonly lateness_ms: Latency | null;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers whose status is not the one in the log. */
  readonly status_differs: number;
  readonly errors: Readonly<Partial<Record<ExchangeError, number>>>;
  /** Body bytes received. */
  readonly bytes: number;
  /** By requests sent, most first. */
  readonly routes: readonly RouteResult[];
  /** Null for `cowpath load`. */
  readonly log: {
    readonly path: string;
    readonly format: string;
    readonly account: LineAccount;
    /** Requests of the log that were left out of the plan. */
    readonly omitted: Readonly<Partial<Record<OmitReason, number>>>;
    readonly redacted_headers: number;
    readonly redacted_parameters: number;
  } | null;
}

export interface Latency {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface RouteResult {
  readonly route: string;
  readonly sent: number;
  readonly throughput_rps: number;
  readonly latency_ms: Latency | null;
  readonly statuses: Readonly<Record<string, number>>;
  readonly status_differs: number;
  readonly errors: Readonly<Partial<Record<ExchangeError, number>>>;
  readonly bytes: number;
}
