import type { HttpClient } from '../client/http-client.ts';
import type { PlannedRequest } from '../plan/plan.ts';
import { Loop, type LoopOptions } from './loop.ts';
import type { Recorder } from './recorder.ts';

export interface OpenLoopOptions extends LoopOptions {
  /** How many times faster than recorded. */
  readonly factor: number;
  /**
   * `precise` waits out the last millisecond awake, so that sends are on time to some tens of microseconds;
   * `coarse` sleeps until the timer fires, which is up to about 1.5 ms late but costs no CPU.
   */
  readonly timer: 'precise' | 'coarse';
}

/** Before the first request, so that it is not late for having been prepared. */
const LEAD_MS = 5;
/** How early the timer is set; Node's timers fire up to this much late. */
const TIMER_SLACK_MS = 1.2;
/** Node's timers take no more; woken early, the loop sleeps again. */
const TIMER_MS_MAX = 0x7fff_ffff;
/** Requests sent in one turn at most, so that answers are read while a backlog is sent. */
const BURST_MAX = 64;

/**
 * Sends each request at its time whatever becomes of the others, as visitors do: a slow server does not slow
 * the load, and its delays show in every request that was due meanwhile.
 */
export class OpenLoop extends Loop {
  protected override readonly timedFromIntended = true;
  private readonly requests: readonly PlannedRequest[];
  private readonly offsets_ms: Float64Array;
  private readonly factor: number;
  private readonly precise: boolean;
  private next = 0;
  private origin = 0;

  /** @param offsets_ms intended start of each request, ascending */
  constructor(
    requests: readonly PlannedRequest[],
    offsets_ms: Float64Array,
    client: HttpClient,
    recorder: Recorder,
    options: OpenLoopOptions,
  ) {
    super(client, recorder, options);
    this.requests = requests;
    this.offsets_ms = offsets_ms;
    this.factor = options.factor;
    this.precise = options.timer === 'precise';
  }

  protected override begin(): void {
    this.origin = performance.now() + LEAD_MS - (this.offsets_ms[0] ?? 0) / this.factor;
    this.pump();
  }

  protected override exhausted(): boolean {
    return this.next >= this.requests.length;
  }

  protected override afterSettled(): void {}

  private readonly pump = (): void => {
    if (this.stopped) return;
    for (let burst = 0; this.next < this.requests.length; burst++) {
      const request = this.requests[this.next]!;
      const due = this.origin + this.offsets_ms[this.next]! / this.factor;
      const now = performance.now();
      if (due > now) {
        this.sleep(due - now);
        return;
      }
      if (burst >= BURST_MAX) {
        setImmediate(this.pump);
        return;
      }
      this.next++;
      this.recorder.lateness.record(now - due);
      this.send(request, due, now);
    }
  };

  private sleep(wait_ms: number): void {
    if (this.precise && wait_ms <= TIMER_SLACK_MS) {
      setImmediate(this.pump);
      return;
    }
    const sleep_ms = this.precise ? Math.floor(wait_ms - TIMER_SLACK_MS) : Math.round(wait_ms);
    setTimeout(this.pump, Math.min(TIMER_MS_MAX, Math.max(1, sleep_ms)));
  }
}
