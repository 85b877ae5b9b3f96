import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Context, channels, currentContext } from '@cowpath/profile';
import type { OperationTimes } from '../engine/engine.ts';
import type { Operation } from '../metrics/operations.ts';
import type { RequestCounts } from '../metrics/request-counts.ts';
import type { ServiceState } from './service.ts';

/** One request from its head to its end: what the metrics count and the `request` channel announces. */
export class RequestLog {
  readonly operation: Operation;
  readonly started_ms: number;
  /** To be passed to the engine. Undefined while nobody listens: then it costs nothing. */
  readonly times: OperationTimes | undefined;
  /** When the request was ready for the engine: its head, or for a PUT its body, had arrived. */
  requested_ms = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly #counts: RequestCounts;

  constructor(operation: Operation, state: ServiceState, request: IncomingMessage, response: ServerResponse) {
    this.operation = operation;
    this.#counts = state.counts;
    this.started_ms = performance.now();
    state.counts.inFlight += 1;
    if (!channels.request.hasSubscribers) return;
    this.times = { started_ms: 0, finished_ms: 0 };
    const context = currentContext() ?? null;
    state.connections.whenOver(request.socket, response, () => this.#announce(response.statusCode, context));
  }

  /** To be called once, when the answer has been handed to the socket (a range: when it has ended). */
  answered(status: number): void {
    this.#counts.inFlight -= 1;
    this.#counts.observe(this.operation, status, performance.now() - this.started_ms);
  }

  /** To be called instead of `answered` when the client went away before it could be answered. */
  abandoned(): void {
    this.#counts.inFlight -= 1;
  }

  /**
   * Queue: until the engine began. Engine: while it worked. Socket: the rest, which is receiving the body,
   * and sending the answer until the operating system has taken it.
   */
  #announce(status: number, context: Context | null): void {
    const { started_ms, finished_ms } = this.times!;
    const total_ms = performance.now() - this.started_ms;
    const engine_ms = finished_ms - started_ms;
    const queue_ms = started_ms === 0 ? 0 : Math.max(0, started_ms - this.requested_ms);
    channels.request.publish({
      service: 'kv',
      operation: this.operation,
      status,
      queue_ns: Math.round(queue_ms * 1e6),
      engine_ns: Math.round(engine_ms * 1e6),
      socket_ns: Math.round(Math.max(0, total_ms - queue_ms - engine_ms) * 1e6),
      bytes_in: this.bytesIn,
      bytes_out: this.bytesOut,
      context,
    });
  }
}
