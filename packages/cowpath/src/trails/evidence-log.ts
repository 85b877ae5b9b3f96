import { RECORDER_LIMITS } from '../recorder/limits.ts';
import type { Execution } from './group.ts';

/**
 * Which sequences of values each kind of candidate has been seen with, over all roots, as hashes in memory:
 * the same page asked for again is not news. And how well the kind has done, to rank candidates of later roots.
 */
export class EvidenceLog {
  readonly #seen = new Map<string, { signatures: Set<number>; log_ratio: number }>();

  readonly #debts = new Map<string, number>();

  /** Evidence against a kind in a root where it explained nothing, kept until there is a step to book it to. */
  owe(kind: string, signature: number, log_ratio: number): void {
    if (this.#debts.size >= RECORDER_LIMITS.candidates_max && !this.#debts.has(kind)) return;
    if (this.isNews(kind, signature, log_ratio))
      this.#debts.set(kind, (this.#debts.get(kind) ?? 0) + log_ratio);
  }

  /** Takes what is owed by a kind. */
  settle(kind: string): number {
    const debt = this.#debts.get(kind) ?? 0;
    this.#debts.delete(kind);
    return debt;
  }

  readonly #told = new Set<string>();

  /** Two columns have been seen to explain different executions: they can be told apart. */
  tellApart(kind: string, other: string): void {
    if (this.#told.size < RECORDER_LIMITS.candidates_max) this.#told.add(pairOf(kind, other));
  }

  areToldApart(kind: string, other: string): boolean {
    return this.#told.has(pairOf(kind, other));
  }

  /** How well this kind of candidate has done so far; bounded, so that the root at hand can still overrule it. */
  prior(kind: string): number {
    return Math.min(this.#seen.get(kind)?.log_ratio ?? 0, 20);
  }

  signatures(kind: string): number {
    return this.#seen.get(kind)?.signatures.size ?? 0;
  }

  /** Whether this root's sequence of values is new for the kind; remembers it. */
  isNews(kind: string, signature: number, log_ratio: number): boolean {
    let seen = this.#seen.get(kind);
    if (!seen) {
      if (this.#seen.size >= RECORDER_LIMITS.candidates_max) return false;
      seen = { signatures: new Set(), log_ratio: 0 };
      this.#seen.set(kind, seen);
    }
    if (seen.signatures.has(signature) || seen.signatures.size >= RECORDER_LIMITS.signatures_max)
      return false;
    seen.signatures.add(signature);
    seen.log_ratio += log_ratio;
    return true;
  }
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a}\u0003${b}` : `${b}\u0003${a}`;
}

/**
 * A hash of the values that a group asked for in one root, in order, whether explained or not: a loop over
 * constants is one sequence, whatever part of it happens to be at the source.
 */
export function signatureOf(executions: readonly Execution[]): number {
  let hash = 2166136261;
  for (const { asked } of executions) {
    const text = asked ?? '';
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    hash = Math.imul(hash ^ 0x1d, 16777619);
  }
  return hash >>> 0;
}
