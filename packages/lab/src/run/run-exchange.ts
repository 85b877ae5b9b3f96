import type { Exchange, ExchangeError } from '../client/exchange.ts';
import type { PlannedRequest } from '../plan/plan.ts';

/** Told when a request of a run has settled. */
export interface Settled {
  onSettled(exchange: RunExchange, status: number, bytes: number, error: ExchangeError | undefined): void;
}

/** A planned request in flight. */
export class RunExchange implements Exchange {
  readonly wire: string | Buffer;
  readonly headOnly: boolean;
  readonly retriable: boolean;
  readonly request: PlannedRequest;
  /** performance.now at which it should have been sent; in closed loop, at which it was. */
  readonly intended: number;
  /** performance.now at which it was handed to the client. */
  readonly sent: number;
  private readonly run: Settled;

  constructor(request: PlannedRequest, intended: number, sent: number, run: Settled) {
    this.wire = request.wire;
    this.headOnly = request.method === 'HEAD';
    this.retriable = request.safe;
    this.request = request;
    this.intended = intended;
    this.sent = sent;
    this.run = run;
  }

  settle(status: number, bytes: number, error: ExchangeError | undefined): void {
    this.run.onSettled(this, status, bytes, error);
  }
}
