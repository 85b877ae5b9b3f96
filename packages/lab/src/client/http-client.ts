import { Connection, type ConnectionOwner } from './connection.ts';
import type { Exchange } from './exchange.ts';
import type { Target } from './target.ts';

export interface HttpClientOptions {
  /** Most connections at a time; requests beyond wait in order of arrival. */
  readonly connections_max: number;
  /** From `send` to the end of the answer, waiting for a connection and connecting included. */
  readonly timeout_ms: number;
  /** Accept any certificate. */
  readonly insecure?: boolean;
}

interface Waiting {
  readonly exchange: Exchange;
  readonly deadline: number;
}

const SWEEP_INTERVAL_MS_MAX = 100;

/**
 * An HTTP/1.1 client for measuring: one request a connection at a time (no pipelining), no redirects, no
 * cookies, no decompression, nothing done to an answer but finding its end. Chosen over undici, node:http and
 * autocannon's by `bench/load/clients.ts`; the figures are in docs/design/lab.md.
 */
export class HttpClient implements ConnectionOwner {
  /** Times that a request was sent again because its kept-alive connection was already closed. */
  retried = 0;
  /** Connections opened so far. */
  opened = 0;

  private readonly target: Target;
  private readonly options: HttpClientOptions;
  private readonly connections = new Set<Connection>();
  private readonly idle: Connection[] = [];
  private waiting: Waiting[] = [];
  private waitingFrom = 0;
  private readonly sweeper: NodeJS.Timeout;
  private closed = false;

  constructor(target: Target, options: HttpClientOptions) {
    this.target = target;
    this.options = options;
    const interval = Math.max(1, Math.min(SWEEP_INTERVAL_MS_MAX, options.timeout_ms / 10));
    this.sweeper = setInterval(() => this.sweep(performance.now()), interval).unref();
  }

  /** Requests handed over and not yet settled. */
  get inFlight(): number {
    return this.connections.size - this.idle.length + this.waiting.length - this.waitingFrom;
  }

  send(exchange: Exchange): void {
    if (this.closed) {
      setImmediate(() => exchange.settle(0, 0, 'aborted'));
      return;
    }
    this.dispatch(exchange, performance.now() + this.options.timeout_ms);
  }

  /** Settles what is in flight as `aborted` and closes every connection. */
  close(): void {
    this.closed = true;
    clearInterval(this.sweeper);
    const waiting = this.waiting.slice(this.waitingFrom);
    this.waiting = [];
    this.waitingFrom = 0;
    for (const connection of [...this.connections]) connection.abort('aborted');
    for (const { exchange } of waiting) exchange.settle(0, 0, 'aborted');
  }

  onIdle(connection: Connection): void {
    const next = this.nextWaiting();
    if (next) connection.send(next.exchange, next.deadline);
    else this.idle.push(connection);
  }

  onClosed(connection: Connection, retry: Exchange | undefined, deadline: number): void {
    this.connections.delete(connection);
    const at = this.idle.lastIndexOf(connection);
    if (at !== -1) this.idle.splice(at, 1);
    if (this.closed) {
      retry?.settle(0, 0, 'aborted');
      return;
    }
    if (retry) {
      this.retried++;
      this.open().send(retry, deadline);
      return;
    }
    const next = this.nextWaiting();
    // Not in this tick: a refused connection must not open the next from within its own failure.
    if (next) setImmediate(() => this.redispatch(next));
  }

  private redispatch({ exchange, deadline }: Waiting): void {
    if (this.closed) exchange.settle(0, 0, 'aborted');
    else this.dispatch(exchange, deadline);
  }

  private dispatch(exchange: Exchange, deadline: number): void {
    const connection =
      this.idle.pop() ?? (this.connections.size < this.options.connections_max ? this.open() : undefined);
    if (connection) connection.send(exchange, deadline);
    else this.waiting.push({ exchange, deadline });
  }

  private open(): Connection {
    const connection = new Connection(this.target, this, this.options.insecure ?? false);
    this.opened++;
    this.connections.add(connection);
    return connection;
  }

  private nextWaiting(): Waiting | undefined {
    if (this.waitingFrom === this.waiting.length) return undefined;
    const next = this.waiting[this.waitingFrom++]!;
    // Freed by halves, so that taking from a long queue stays constant in cost.
    if (this.waitingFrom > 1024 && this.waitingFrom * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.waitingFrom);
      this.waitingFrom = 0;
    }
    return next;
  }

  private sweep(now: number): void {
    for (const connection of this.connections) if (connection.deadline <= now) connection.abort('timeout');
    // Deadlines were given in order, except for the few that were queued again.
    while (this.waitingFrom < this.waiting.length && this.waiting[this.waitingFrom]!.deadline <= now) {
      this.nextWaiting()!.exchange.settle(0, 0, 'timeout');
    }
  }
}
