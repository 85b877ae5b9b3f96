import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan } from '../plan/plan.ts';
import { ClosedLoop } from '../run/closed-loop.ts';
import type { EndReason } from '../run/loop.ts';
import { OpenLoop } from '../run/open-loop.ts';
import type { Side } from './side.ts';

/** How slices send: a number in flight, or at times the recorded pace. */
export type SlicePace = { readonly in_flight: number } | { readonly factor: number };

/** A stretch of the plan: `count` requests from `from` on, beginning again at the end of the plan. */
export interface Stretch {
  readonly from: number;
  readonly count: number;
  /** At a pace: how long the slice lasts even if it is answered sooner, so that silences are kept. Else 0. */
  readonly hold_ms: number;
}

export interface SliceResult {
  readonly reason: EndReason;
  readonly elapsed_ms: number;
  readonly answered: number;
  /** Of what was answered and, with the time waited, of what timed out. */
  readonly latencies_ms: readonly number[];
}

/** Sends one stretch of the traffic to one side. */
export async function runSlice(
  side: Side,
  stretch: Stretch,
  pace: SlicePace,
  signal: AbortSignal | undefined,
): Promise<SliceResult> {
  const { plan, recorder, client } = side;
  const requests = Array.from(
    { length: stretch.count },
    (_, i) => plan.requests[(stretch.from + i) % plan.requests.length]!,
  );
  recorder.takeLatencies();
  const answeredBefore = recorder.answered;
  const loop =
    'in_flight' in pace
      ? new ClosedLoop(requests, client, recorder, { in_flight: pace.in_flight, repeat: false, signal })
      : new OpenLoop(requests, offsetsOf(plan.offsets_ms, stretch), client, recorder, {
          factor: pace.factor,
          timer: 'precise',
          signal,
        });
  const { reason, elapsed_ms } = await loop.run();
  const rest_ms = stretch.hold_ms - elapsed_ms;
  // Aborted while it waits: the next slice, or the end of the block, sees the signal.
  if (rest_ms > 1) await sleep(rest_ms, undefined, { signal }).catch(() => {});
  const answered = recorder.answered - answeredBefore;
  return { reason, elapsed_ms, answered, latencies_ms: recorder.takeLatencies() };
}

/** A stretch never goes round at a pace, so its offsets stand side by side. */
function offsetsOf(offsets_ms: Float64Array, { from, count }: Stretch): Float64Array {
  return offsets_ms.subarray(from, from + count);
}

/** Cuts a plan into stretches of about the wanted length, one a block, going round. */
export class Stretches {
  private next = 0;
  private readonly requests: number;
  private readonly offsets_ms: Float64Array;
  private readonly pace: SlicePace;
  private readonly slice_ms: number;
  private readonly perSlice: number;

  /** @param rate_rps what the slower side answers, closed loop */
  constructor({ requests, offsets_ms }: Plan, pace: SlicePace, slice_ms: number, rate_rps: number) {
    this.requests = requests.length;
    this.offsets_ms = offsets_ms;
    this.pace = pace;
    this.slice_ms = slice_ms;
    const least = 'in_flight' in pace ? pace.in_flight * 4 : 1;
    this.perSlice = Math.max(least, Math.round((rate_rps * slice_ms) / 1000));
  }

  take(): Stretch {
    const { requests, offsets_ms } = this;
    const from = this.next;
    let count = this.perSlice;
    let hold_ms = 0;
    if ('factor' in this.pace) {
      // A stretch of time; it ends with the plan, because offsets begin again there.
      const end_ms = offsets_ms[from]! + this.slice_ms * this.pace.factor;
      count = 1;
      while (from + count < requests && offsets_ms[from + count]! < end_ms) count++;
      const next = offsets_ms[from + count];
      hold_ms = next === undefined ? this.slice_ms : (next - offsets_ms[from]!) / this.pace.factor;
    }
    this.next = (from + count) % requests;
    return { from, count, hold_ms };
  }
}
