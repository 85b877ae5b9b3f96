import type { ExchangeError } from '../client/exchange.ts';
import type { HttpClient } from '../client/http-client.ts';
import type { PlannedRequest } from '../plan/plan.ts';
import { Loop, type LoopOptions } from './loop.ts';
import type { Recorder } from './recorder.ts';

export interface ClosedLoopOptions extends LoopOptions {
  /** Requests kept in flight. */
  readonly in_flight: number;
  /** Start again from the first request when the last is sent, until the time is over. */
  readonly repeat: boolean;
}

/** Between attempts on a connection that fails, so that a dead server is not asked a million times. */
const FAILURE_PAUSE_MS = 20;

/**
 * Keeps a fixed number of requests in flight, the next sent when one is answered: the most the server does,
 * not what its visitors wait. A stall holds back the requests that would have seen it, so what is timed here
 * is called service time.
 */
export class ClosedLoop extends Loop {
  protected override readonly timedFromIntended = false;
  private readonly requests: readonly PlannedRequest[];
  private readonly inFlightMax: number;
  private readonly repeat: boolean;
  private next = 0;

  constructor(
    requests: readonly PlannedRequest[],
    client: HttpClient,
    recorder: Recorder,
    options: ClosedLoopOptions,
  ) {
    super(client, recorder, options);
    this.requests = requests;
    this.inFlightMax = options.in_flight;
    this.repeat = options.repeat;
  }

  protected override begin(): void {
    for (let i = 0; i < this.inFlightMax; i++) this.sendNext();
  }

  protected override exhausted(): boolean {
    return this.next >= this.requests.length && !(this.repeat && this.requests.length > 0);
  }

  protected override afterSettled(error: ExchangeError | undefined): void {
    if (error && error !== 'timeout') setTimeout(this.sendNext, FAILURE_PAUSE_MS);
    else this.sendNext();
  }

  private readonly sendNext = (): void => {
    if (this.stopped || this.exhausted()) return;
    if (this.next >= this.requests.length) this.next = 0;
    const now = performance.now();
    this.send(this.requests[this.next++]!, now, now);
  };
}
