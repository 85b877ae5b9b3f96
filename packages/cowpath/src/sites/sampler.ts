import { types } from 'node:util';
import { SITE_LIMITS } from './limits.ts';
import { type CapturedStack, captureAwaiters } from './stack.ts';

/** Notes a stack, with that of the call that brought it about. */
type Capture = (earlier?: CapturedStack) => CapturedStack | null;

/** The name of the function under which somebody else's stack begins: see `SiteSampler.enter`. */
export const CARRIED = 'runsInCallersPlace';
/** How strongly the latest span counts in the rate of calls. */
const RATE_SHARE = 0.5;

/**
 * Decides at which calls the stack is noted: at all of them at first, then at about
 * `samples_per_second_max`, taken at random, so that no loop's rhythm is followed and samples are in
 * proportion to queries. In between a call costs a decrement and a comparison.
 */
export class SiteSampler {
  /** The latest sample, until whoever wants to know sets it to null. */
  latest: CapturedStack | null = null;
  readonly #capture: Capture;
  readonly #now: () => number;
  readonly #random: () => number;
  /** The stack of the call whose callback is under way: null, if it was not noted; undefined, if there is none. */
  #earlier: CapturedStack | null | undefined;
  /** Whether the callback under way has called anything. */
  #used = false;
  /** The latest connection that was handed to a callback whose call was noted, until something is called on it. */
  #handed: { readonly client: object; readonly stack: CapturedStack } | null = null;
  /** Calls until the next sample. */
  #left = 1;
  /** The calls that the last count-down was for. */
  #stride = 1;
  #tokens: number = SITE_LIMITS.samples_at_first;
  #at: number;
  /** Calls a millisecond, a moving mean. */
  #rate = 0;

  /** `capture`: null to look at none. */
  constructor(
    capture: Capture | null,
    now: () => number = () => performance.now(),
    random: () => number = Math.random,
  ) {
    this.#capture = capture ?? (() => null);
    // Never: the count-down takes millennia.
    if (capture === null) this.#left = Number.MAX_SAFE_INTEGER;
    this.#now = now;
    this.#random = random;
    this.#at = now();
  }

  /** The stack of this call, if it is one of those to be looked at. `client`: on which connection it is. */
  take(client?: object): CapturedStack | null {
    const handed = this.#handed;
    if (handed !== null && handed.client === client) {
      this.#handed = null;
      return this.#noted(handed.stack);
    }
    const earlier = this.#earlier;
    if (earlier !== undefined) {
      this.#used = true;
      return earlier === null ? null : this.#noted(earlier);
    }
    if (--this.#left > 0) return null;
    this.latest = this.#sample();
    return this.latest;
  }

  /** What a call returned whose stack was noted: of a promise, it is noted too who awaits it. */
  returned(stack: CapturedStack | null, result: unknown): void {
    try {
      if (stack !== null && types.isPromise(result)) captureAwaiters(stack, result);
    } catch {
      // Its place stays unknown; the program's call goes on.
    }
  }

  /**
   * A callback that had to wait for its turn begins, on the stack of whoever gave it that: what it calls is
   * looked at if its own call was. The function that calls it must be named `CARRIED`. Returns what `leave`
   * is given when the callback is over.
   */
  enter(earlier: CapturedStack | null): CapturedStack | null | undefined {
    const outer = this.#earlier;
    this.#earlier = earlier;
    this.#used = false;
    return outer;
  }

  /** `client`: what the callback was given. If it has called nothing yet, the first call on it is the one that it was asked for. */
  leave(outer: CapturedStack | null | undefined, client?: object): void {
    const earlier = this.#earlier;
    if (earlier && client && !this.#used) this.#handed = { client, stack: earlier };
    this.#earlier = outer;
  }

  #noted(earlier?: CapturedStack): CapturedStack | null {
    try {
      return this.#capture(earlier);
    } catch {
      // At the very end of the stack, say: the program must get as far as it would.
      return null;
    }
  }

  #sample(): CapturedStack | null {
    const now = this.#now();
    const elapsed_ms = Math.max(now - this.#at, 0.001);
    this.#at = now;
    this.#rate += (this.#stride / elapsed_ms - this.#rate) * RATE_SHARE;
    const { samples_at_first, samples_burst_max, samples_per_second_max } = SITE_LIMITS;
    const refilled = this.#tokens + (elapsed_ms * samples_per_second_max) / 1000;
    this.#tokens = Math.min(Math.max(samples_burst_max, this.#tokens), refilled);
    const captured = this.#tokens >= 1 ? this.#noted() : null;
    if (this.#tokens >= 1) this.#tokens--;
    // While half of the first ones are left every call is looked at.
    const mean =
      this.#tokens > samples_at_first / 2 ? 1 : Math.max(1, (this.#rate * 1000) / samples_per_second_max);
    this.#stride = mean === 1 ? 1 : 1 + Math.floor(this.#random() * 2 * mean);
    this.#left = this.#stride;
    return captured;
  }
}
