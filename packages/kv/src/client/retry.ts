import { setTimeout as wait } from 'node:timers/promises';
import type { KvError } from '../contract/errors.ts';

/** An attempt's failure. `applied` says whether the server may have done what was asked. */
export class Attempt extends Error {
  readonly error: KvError;
  readonly applied: 'no' | 'maybe';
  /** Whether the same request may succeed later at all. */
  readonly passing: boolean;

  constructor(error: KvError, applied: 'no' | 'maybe', passing: boolean) {
    super(error.message, { cause: error });
    this.error = error;
    this.applied = applied;
    this.passing = passing;
  }
}

export interface RetryRules {
  readonly retries_max: number;
  readonly retry_wait_ms: number;
  /** Whether to try again what may have been applied. */
  readonly repeatable: boolean;
}

/** Runs `attempt` until it succeeds or its failure is not to be retried. Waits are exponential with full jitter. */
export async function withRetries<T>(rules: RetryRules, attempt: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt();
    } catch (failure) {
      if (!(failure instanceof Attempt)) throw failure;
      const again = failure.passing && (failure.applied === 'no' || rules.repeatable);
      if (!again || retry >= rules.retries_max) throw failure.error;
      await wait(Math.random() * 2 * rules.retry_wait_ms * 2 ** retry);
    }
  }
}
