import type { Estimate } from './trimmed-mean.ts';

export type Verdict = 'faster' | 'slower' | 'no difference' | 'inconclusive';

/** Effects smaller than this in either direction are no difference that matters: 2 %. */
export const EQUIVALENCE = 0.02;

/** The same as a logarithm of a ratio, in either direction. */
export const EQUIVALENCE_LOG: number = Math.log(1 + EQUIVALENCE);

/**
 * What an interval says. The whole of it within the bounds of equivalence is *no difference*, even where it
 * leaves out zero; else the side of zero on which the whole of it lies; else nothing is settled.
 * @param gain logarithm of a ratio, positive where the program after is faster
 */
export function verdictOf(gain: Pick<Estimate, 'low' | 'high'>): Verdict {
  if (gain.low > -EQUIVALENCE_LOG && gain.high < EQUIVALENCE_LOG) return 'no difference';
  if (gain.low > 0) return 'faster';
  if (gain.high < 0) return 'slower';
  return 'inconclusive';
}

/** A quarter more values than the error alone asks for, because the estimate itself will move. */
const MORE_VALUES = 1.25;

/**
 * The half-width at which an interval would settle what it did not: it must either leave out zero or fit within
 * the bounds of equivalence, whichever needs less.
 */
export function roomToSettle({ estimate }: Pick<Estimate, 'estimate'>): number {
  const size = Math.abs(estimate);
  return Math.max(size, EQUIVALENCE_LOG - size) / Math.sqrt(MORE_VALUES);
}

/** How many values it would take to settle what `n` did not: an interval shrinks by the square root of their number. */
export function valuesToSettle(gain: Estimate): number {
  const half = (gain.high - gain.low) / 2;
  return Math.ceil(gain.n * (half / roomToSettle(gain)) ** 2);
}
