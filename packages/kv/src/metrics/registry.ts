import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Metric, Registry } from 'prom-client';
import type { Engine } from '../engine/engine.ts';
import type { RequestCounts } from './request-counts.ts';

/** Momentary figures of a server, read when somebody asks for the metrics. */
export interface ServerGauges {
  connections(): number;
  openRanges(): number;
  memoryBytes(): number;
}

/** The metrics of one server in Prometheus' text format. `close()` stops the event-loop monitor. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 });

  constructor(requests: RequestCounts, engine: Engine, server: ServerGauges) {
    this.#loopDelay.enable();
    this.#addRequests(requests);
    this.#addEngine(engine);
    this.#addServer(requests, server);
    this.#addProcess();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#loopDelay.disable();
    this.#registry.clear();
  }

  #addRequests(requests: RequestCounts): void {
    new Counter({
      name: 'cowpath_kv_requests_total',
      help: 'Requests answered, by operation and status.',
      labelNames: ['operation', 'status'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { operation, status, count } of requests.statuses())
          this.inc({ operation, status }, count);
      },
    });
    // The library's own histogram is too slow to be updated for every request; this one is filled in when asked for.
    const name = 'cowpath_kv_request_seconds';
    const histogram = {
      name,
      get: async () => ({
        name,
        help: "From a request's head to its answer being handed to the socket.",
        type: 'histogram',
        aggregator: 'sum',
        values: [...requests.histograms()].flatMap(({ operation, sum, count, buckets }) => [
          ...buckets.map(({ le, count: below }) => ({
            metricName: `${name}_bucket`,
            labels: { operation, le: String(le) },
            value: below,
          })),
          { metricName: `${name}_bucket`, labels: { operation, le: '+Inf' }, value: count },
          { metricName: `${name}_sum`, labels: { operation }, value: sum },
          { metricName: `${name}_count`, labels: { operation }, value: count },
        ]),
      }),
    };
    this.#registry.registerMetric(histogram as unknown as Metric);
  }

  #addEngine(engine: Engine): void {
    const names = Object.keys(engine.stats());
    for (const name of names) {
      const options = {
        name: `cowpath_kv_engine_${name}`,
        help: `The engine's ${name.replaceAll('_', ' ')}.`,
        registers: [this.#registry],
      };
      if (name.endsWith('_total')) {
        new Counter({
          ...options,
          collect() {
            this.reset();
            this.inc(engine.stats()[name] ?? 0);
          },
        });
      } else {
        this.#gauge(options.name, options.help, () => engine.stats()[name] ?? 0);
      }
    }
    this.#gauge('cowpath_kv_writable', '1 while writes are taken, 0 when the engine is read-only.', () =>
      engine.health().status === 'ok' ? 1 : 0,
    );
  }

  #addServer(requests: RequestCounts, server: ServerGauges): void {
    this.#gauge('cowpath_kv_requests_in_flight', 'Requests begun and not answered.', () => requests.inFlight);
    this.#gauge('cowpath_kv_connections', 'Open connections.', () => server.connections());
    this.#gauge('cowpath_kv_ranges', 'Ranges being streamed.', () => server.openRanges());
    this.#gauge('cowpath_kv_in_flight_bytes', 'Bytes of large bodies and values in memory.', () =>
      server.memoryBytes(),
    );
  }

  #addProcess(): void {
    this.#gauge('process_resident_memory_bytes', 'Resident memory size.', () => process.memoryUsage.rss());
    this.#gauge(
      'nodejs_eventloop_lag_p99_seconds',
      'Event-loop delay since the last look, 99th percentile.',
      () => {
        const seconds = this.#loopDelay.percentile(99) / 1e9;
        this.#loopDelay.reset();
        return seconds;
      },
    );
    new Counter({
      name: 'process_cpu_seconds_total',
      help: 'CPU time of all threads, user and system.',
      registers: [this.#registry],
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1e6);
      },
    });
  }

  #gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      async collect() {
        this.set(await read());
      },
    });
  }
}
