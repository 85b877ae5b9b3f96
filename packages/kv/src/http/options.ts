import { checkOptions, type OptionRules } from '../contract/options.ts';

const MiB = 1024 * 1024;

/** Units are the last part of a name. */
export interface ServerOptions {
  /** Default `127.0.0.1`: reachable from this machine only. */
  readonly host?: string;
  /** Default 8080; 0 takes a free one. */
  readonly port?: number;
  /** Default 2,048. Further connections are closed at once. */
  readonly connections_max?: number;
  /** Default 256 MiB. Bodies and values above 64 KiB that are in memory for a request; above it requests get 503. */
  readonly in_flight_bytes_max?: number;
  /** Default 30 s. For a whole request to arrive; then 408. */
  readonly request_timeout_ms?: number;
  /** Default 10 s. For a request's head to arrive; then 408. */
  readonly headers_timeout_ms?: number;
  /** Default 30 s. A connection with a request under way and no progress for so long is closed. */
  readonly stalled_timeout_ms?: number;
  /** Default 60 s. How long a connection may idle between two requests. */
  readonly keep_alive_ms?: number;
  /** Default 64. Ranges streamed at once; above it 503. */
  readonly ranges_max?: number;
  /** Default 10 minutes. A range that takes longer is cut off: it pins a snapshot. */
  readonly range_duration_ms_max?: number;
  /** Default true. Read a range's next batch while the last one is being sent. */
  readonly read_ahead?: boolean;
  /** Default 10 s. What is not finished so long after `stop()` began is cut off. */
  readonly stop_grace_ms?: number;
}

const whole = (min: number, max: number) => ({ kind: 'integer', min, max }) as const;

const rules: OptionRules<ServerOptions> = {
  host: { kind: 'string' },
  port: whole(0, 65_535),
  connections_max: whole(1, 1_000_000),
  in_flight_bytes_max: whole(8 * MiB, 2 ** 40),
  request_timeout_ms: whole(10, 3_600_000),
  headers_timeout_ms: whole(10, 3_600_000),
  stalled_timeout_ms: whole(10, 3_600_000),
  keep_alive_ms: whole(1, 3_600_000),
  ranges_max: whole(1, 100_000),
  range_duration_ms_max: whole(10, 86_400_000),
  read_ahead: { kind: 'boolean' },
  stop_grace_ms: whole(0, 3_600_000),
};

const defaults: Required<ServerOptions> = {
  host: '127.0.0.1',
  port: 8080,
  connections_max: 2_048,
  in_flight_bytes_max: 256 * MiB,
  request_timeout_ms: 30_000,
  headers_timeout_ms: 10_000,
  stalled_timeout_ms: 30_000,
  keep_alive_ms: 60_000,
  ranges_max: 64,
  range_duration_ms_max: 600_000,
  read_ahead: true,
  stop_grace_ms: 10_000,
};

/** @throws {KvOptionError} */
export function serverOptions(given: ServerOptions): Required<ServerOptions> {
  const options = checkOptions<Required<ServerOptions>>('serve', given, rules, defaults);
  // Node refuses a head that may take longer than its request.
  return { ...options, headers_timeout_ms: Math.min(options.headers_timeout_ms, options.request_timeout_ms) };
}
