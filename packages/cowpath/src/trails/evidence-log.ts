import { RECORDER_LIMITS } from '../recorder/limits.ts';
import type { Candidate } from './candidate.ts';
import type { Execution } from './group.ts';

/**
 * Which sequences of values each kind of candidate has been seen with, over all roots, as hashes in memory:
 * the same page asked for again is not news. And how well the kind has done, to rank candidates of later roots.
 */
export class EvidenceLog {
  readonly #seen = new Map<string, { signatures: Set<number>; log_ratio: number }>();

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
    if (seen.signatures.has(signature) || seen.signatures.size >= RECORDER_LIMITS.signatures_max) return false;
    seen.signatures.add(signature);
    seen.log_ratio += log_ratio;
    return true;
  }
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a}\u0003${b}` : `${b}\u0003${a}`;
}

/** A hash of what a candidate was seen with: the objects at its source, and the values followed, in order. */
export function signatureOf(candidate: Candidate, executions: readonly Execution[]): number {
  let hash = 2166136261;
  const add = (text: string): void => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    hash = Math.imul(hash ^ 0x1f, 16777619);
  };
  const order = candidate.source.order;
  for (let i = 0; i < Math.min(order.length, 64); i++) add(order[i]!.from.identity ?? '');
  for (const value of candidate.source.entries.keys()) add(value);
  for (const execution of executions) {
    for (const match of execution.matches) if (match.candidate === candidate) for (const value of match.values) add(value);
  }
  return hash >>> 0;
}
