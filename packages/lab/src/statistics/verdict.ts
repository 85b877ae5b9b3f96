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

/**
 * How many values it would take to settle what `n` did not: the interval must shrink until it either leaves
 * out zero or fits within the bounds of equivalence, whichever needs less, by the square root of their number.
 */
export function valuesToSettle({ n, estimate, low, high }: Estimate): number {
  const half = (high - low) / 2;
  const size = Math.abs(estimate);
  const room = Math.max(size, EQUIVALENCE_LOG - size);
  // A quarter more, because the estimate itself will move.
  return Math.ceil(n * (half / room) ** 2 * 1.25);
}
