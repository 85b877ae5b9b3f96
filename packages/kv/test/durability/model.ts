import { createHash } from 'node:crypto';

/** A key's value by its hash, or null for none: what a reader may find. */
export type State = string | null;

interface Acknowledged {
  readonly state: State;
  readonly at_ms: number;
}

export function hash(value: Uint8Array): string {
  return createHash('md5').update(value).digest('hex');
}

/** What the writers know: each key belongs to one writer, which has at most one operation under way. */
export class Model {
  readonly #history = new Map<string, Acknowledged[]>();
  readonly #pending = new Map<string, State>();
  #last_ms = Number.NEGATIVE_INFINITY;
  acknowledged = 0;

  begin(key: string, state: State): void {
    this.#pending.set(key, state);
  }

  acknowledge(key: string, at_ms: number): void {
    const history = this.#history.get(key) ?? [{ state: null, at_ms: Number.NEGATIVE_INFINITY }];
    history.push({ state: this.#pending.get(key)!, at_ms });
    this.#history.set(key, history);
    this.#pending.delete(key);
    this.#last_ms = at_ms;
    this.acknowledged += 1;
  }

  /**
   * Compares with what was found after a failure at `killed_ms`; then takes what was found for the truth. Operations
   * acknowledged more than `window_ms` before the newest acknowledged one, or before the failure where that was
   * earlier, must have survived: a service that a slow disk holds up acknowledges nothing and guarantees no more.
   *
   * @returns lost: newest acknowledged operations that are gone; violations: those of them that must not be.
   */
  settle(
    found: ReadonlyMap<string, string>,
    killed_ms: number,
    window_ms: number,
  ): { lost: number; violations: string[] } {
    const end_ms = Math.min(killed_ms, this.#last_ms);
    let lost = 0;
    const violations: string[] = [];
    for (const key of found.keys()) {
      if (!this.#history.has(key) && !this.#pending.has(key)) violations.push(`${key} was never written`);
    }
    for (const key of new Set([...this.#history.keys(), ...this.#pending.keys()])) {
      const state = found.get(key) ?? null;
      const history = this.#history.get(key) ?? [{ state: null, at_ms: Number.NEGATIVE_INFINITY }];
      const pending = this.#pending.get(key);
      const newest = history.at(-1)!;
      if (state !== newest.state && state !== pending) {
        lost += 1;
        if (!superseded(history, state, end_ms - window_ms)) {
          violations.push(
            `${key}: acknowledged ${(end_ms - newest.at_ms).toFixed(0)} ms before the end, found ${state}`,
          );
        }
      }
      this.#history.set(key, [{ state, at_ms: Number.NEGATIVE_INFINITY }]);
    }
    this.#pending.clear();
    return { lost, violations };
  }
}

/** Whether `state` was the newest acknowledged one at some time after `since_ms`. */
function superseded(history: readonly Acknowledged[], state: State, since_ms: number): boolean {
  return history.some(
    (entry, at) => entry.state === state && (history[at + 1]?.at_ms ?? Number.POSITIVE_INFINITY) > since_ms,
  );
}
