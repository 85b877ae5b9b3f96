import type { ExchangeError } from '../client/exchange.ts';
import type { HttpClient } from '../client/http-client.ts';
import type { PlannedRequest } from '../plan/plan.ts';
import type { Recorder } from './recorder.ts';
import { RunExchange } from './run-exchange.ts';

/** Why a run ended. Only `finished` and `time-limit` are complete runs. */
export type EndReason = 'finished' | 'time-limit' | 'interrupted' | 'target-gone';

export interface LoopOptions {
  /** Sending stops after this. */
  readonly time_ms_max?: number | undefined;
  /** Aborting it ends the run as `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

const WATCH_INTERVAL_MS = 200;
const DRAIN_MS_WHEN_INTERRUPTED = 500;

/**
 * What the open and the closed loop share: sending, settling, and the ends of a run. A run ends when nothing
 * is left to send and everything sent has settled; the client's timeout bounds the wait.
 */
export abstract class Loop {
  protected readonly client: HttpClient;
  protected readonly recorder: Recorder;
  protected readonly options: LoopOptions;
  protected reason: EndReason = 'finished';
  protected stopped = false;
  protected started = 0;
  private inFlight = 0;
  private readonly done = Promise.withResolvers<void>();

  constructor(client: HttpClient, recorder: Recorder, options: LoopOptions) {
    this.client = client;
    this.recorder = recorder;
    this.options = options;
  }

  /** Runs to its end. @returns its reason and its length from the first send to the last answer */
  async run(): Promise<{ readonly reason: EndReason; readonly elapsed_ms: number }> {
    const { signal, time_ms_max } = this.options;
    const onAbort = (): void => {
      this.stop('interrupted');
      setTimeout(() => this.client.close(), DRAIN_MS_WHEN_INTERRUPTED).unref();
    };
    this.started = performance.now();
    const watch = setInterval(() => {
      if (this.recorder.targetGone(performance.now())) this.stop('target-gone');
    }, WATCH_INTERVAL_MS);
    const limit =
      time_ms_max === undefined ? undefined : setTimeout(() => this.stop('time-limit'), time_ms_max);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      this.begin();
      this.endIfIdle();
      await this.done.promise;
    } finally {
      clearInterval(watch);
      clearTimeout(limit);
      signal?.removeEventListener('abort', onAbort);
    }
    if (this.reason !== 'interrupted' && this.recorder.goneAtEnd()) this.reason = 'target-gone';
    return { reason: this.reason, elapsed_ms: performance.now() - this.started };
  }

  /** Whether latency counts from the intended start, so that service time is another thing. */
  protected abstract readonly timedFromIntended: boolean;

  /** Starts sending. */
  protected abstract begin(): void;
  /** Whether everything there was to send has been sent. */
  protected abstract exhausted(): boolean;
  /** Called after each settled request, with what kept it from an answer. */
  protected abstract afterSettled(error: ExchangeError | undefined): void;

  protected send(request: PlannedRequest, intended: number, now: number): void {
    this.inFlight++;
    this.recorder.onSent(request.route);
    this.client.send(new RunExchange(request, intended, now, this));
  }

  protected stop(reason: EndReason): void {
    if (this.stopped) return;
    this.stopped = true;
    if (!this.exhausted()) this.reason = reason;
    this.endIfIdle();
  }

  onSettled(exchange: RunExchange, status: number, bytes: number, error: ExchangeError | undefined): void {
    const now = performance.now();
    const { request, intended, sent } = exchange;
    this.inFlight--;
    // Nothing was left to send, and still the run did not come to its end.
    if (error === 'aborted') this.reason = 'interrupted';
    if (error) this.recorder.onFailure(request.route, now - intended, bytes, error, now);
    else this.recorder.onAnswer(request.route, now - intended, status, bytes, request.status);
    if (this.timedFromIntended && (!error || error === 'timeout')) this.recorder.service.record(now - sent);
    this.afterSettled(error);
    this.endIfIdle();
  }

  private endIfIdle(): void {
    if (this.inFlight === 0 && (this.stopped || this.exhausted())) this.done.resolve();
  }
}
