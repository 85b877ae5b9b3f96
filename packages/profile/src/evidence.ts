import type { Evidence } from './format.ts';

/**
 * When an inferred follow is confirmed. Values coincide: small numbers especially. Each root context
 * that brings a new sequence of values is weighed by a likelihood ratio of "the program followed the
 * source's column" against "the values met by chance" (see `docs/design.md`, Evidence). A sequence seen
 * before adds nothing, so that a constant repeated for ever never becomes certain.
 *
 * The thresholds are frozen; the truth tests hold pages that were written after them.
 */
export const EVIDENCE_LOG_RATIO_MIN: number = Math.log(500);
/** A follow that has happened fewer times than this stays a candidate. */
export const EVIDENCE_EXPLAINED_MIN = 3;
/** When nearly every root brought the same values: at least this share of the siblings was followed … */
export const EVIDENCE_COVERAGE_MIN = 0.5;
/** … or else so many different sequences of values. */
export const EVIDENCE_SIGNATURES_MIN = 3;

/** Whether the follow is confirmed. Exact loads (no evidence) are. */
export function confirmed(evidence: Evidence | null): boolean {
  if (evidence === null) return true;
  if (evidence.explained < EVIDENCE_EXPLAINED_MIN) return false;
  if (evidence.log_ratio < EVIDENCE_LOG_RATIO_MIN) return false;
  if (evidence.signatures >= EVIDENCE_SIGNATURES_MIN) return true;
  return coverage(evidence) >= EVIDENCE_COVERAGE_MIN;
}

/** The share of the source's distinct values that were followed, 0 to 1. */
export function coverage(evidence: Evidence): number {
  return evidence.siblings > 0 ? evidence.followed / evidence.siblings : 0;
}

/** Evidence of further roots of one writer, each sequence of values known to be news. Evidence does not decay: what was once shown stays shown. */
export function addEvidence(a: Evidence, b: Evidence): Evidence {
  return {
    tested: a.tested + b.tested,
    explained: a.explained + b.explained,
    log_ratio: a.log_ratio + b.log_ratio,
    signatures: a.signatures + b.signatures,
    siblings: a.siblings + b.siblings,
    followed: a.followed + b.followed,
    values: Math.max(a.values, b.values),
  };
}

/**
 * Evidence of two segments, whose writers knew nothing of each other's sequences of values. What several
 * saw a single one of may be the same, which must not count twice: of what speaks for the follow there, the
 * strongest stands. All else adds up. Commutative and associative (but for the rounding of sums).
 */
export function mergeEvidence(a: Evidence, b: Evidence): Evidence {
  const a_single = singleOf(a);
  const b_single = singleOf(b);
  const single = a_single === null ? b_single : Math.max(a_single, b_single ?? 0);
  const sum = addEvidence(a, b);
  const log_ratio = sum.log_ratio - (a_single ?? 0) - (b_single ?? 0) + (single ?? 0);
  const signatures = sum.signatures - Number(a_single !== null && b_single !== null);
  const merged = { ...sum, log_ratio, signatures };
  return single === null || single === singleOf(merged) ? merged : { ...merged, single };
}

/** See `Evidence.single`; null where no single sequence is in it. */
function singleOf({ single, signatures, log_ratio }: Evidence): number | null {
  return single ?? (signatures === 1 ? Math.max(0, log_ratio) : null);
}
