import { Random } from './random.ts';
import { studentQuantile } from './student.ts';

/** An estimate of where values lie, with an interval for it. */
export interface Estimate {
  readonly n: number;
  readonly estimate: number;
  /** Standard error of the estimate. */
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

/** Fewer values give no interval worth having. */
export const VALUES_MIN = 8;

const RESAMPLES = 2_500;
const T_MAX = 100;

/**
 * The trimmed mean with its symmetric bootstrap-t interval: values are drawn with replacement, each draw's
 * distance from the estimate is divided by its own standard error (from the winsorised variance; Tukey and
 * McLaughlin 1963), and the quantile of those takes the place of Student's t (Efron and Tibshirani, An
 * Introduction to the Bootstrap, 12.5; Wilcox, Introduction to Robust Estimation, 4.4). It is never less than
 * Student's own, of as many values as were kept (Tukey and McLaughlin): draws from few values vary too little.
 * @param values at least VALUES_MIN
 * @param trim share of the values cut off at each end before the mean is taken, below 0.5
 * @param confidence such as 0.99
 */
export function trimmedMean(
  values: readonly number[],
  trim: number,
  confidence: number,
  seed: number,
): Estimate {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const cut = Math.floor(n * trim);
  const { mean, error } = momentsOf(sorted, undefined, cut);
  const random = new Random(seed);
  const counts = new Uint32Array(n);
  const distances = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[random.index(n)]!++;
    const draw = momentsOf(sorted, counts, cut);
    const distance = Math.abs(draw.mean - mean);
    distances[r] = distance === 0 ? 0 : distance / draw.error;
  }
  distances.sort();
  // Of draws without any spread the distance is infinite: an interval so wide that it says nothing.
  const drawn = Math.min(T_MAX, distances[Math.min(RESAMPLES - 1, Math.ceil(confidence * RESAMPLES) - 1)]!);
  const t = Math.max(drawn, studentQuantile(confidence, n - 2 * cut - 1));
  const half = error === 0 ? 0 : t * error;
  return { n, estimate: mean, error, low: mean - half, high: mean + half };
}

/**
 * About the half-width that the interval of `trimmedMean` will have, without drawing. The standard error is
 * itself only estimated, so two of its own standard errors are added: who waits until it is small enough and
 * then stops would else stop where it happens to be too small.
 */
export function likelyHalfWidth(values: readonly number[], trim: number, confidence: number): number {
  const kept = values.length - 2 * Math.floor(values.length * trim);
  const doubt = 1 + 2 / Math.sqrt(2 * kept);
  return standardError(values, trim) * doubt * studentQuantile(confidence, kept - 1);
}

/** The estimate alone, without drawing. */
export function middleMean(values: readonly number[], trim: number): number {
  const sorted = Float64Array.from(values).sort();
  return momentsOf(sorted, undefined, Math.floor(sorted.length * trim)).mean;
}

/** The standard error alone, without drawing. */
export function standardError(values: readonly number[], trim: number): number {
  const sorted = Float64Array.from(values).sort();
  return momentsOf(sorted, undefined, Math.floor(sorted.length * trim)).error;
}

/**
 * Trimmed mean and its standard error of `sorted`, each value taken as often as `counts` says (once without).
 */
function momentsOf(
  sorted: Float64Array,
  counts: Uint32Array | undefined,
  cut: number,
): { mean: number; error: number } {
  const n = sorted.length;
  const kept = n - 2 * cut;
  let lowest = 0;
  let highest = 0;
  let sum = 0;
  let squares = 0;
  // Taken relative to the middle, so that the sum of squares loses no digits.
  const origin = sorted[n >> 1]!;
  for (let i = 0, seen = 0; i < n && seen < n - cut; i++) {
    const count = counts ? counts[i]! : 1;
    if (count === 0) continue;
    const from = Math.max(seen, cut);
    const to = Math.min(seen + count, n - cut);
    seen += count;
    if (to <= from) continue;
    const value = sorted[i]! - origin;
    if (from === cut) lowest = value;
    highest = value;
    sum += value * (to - from);
    squares += value * value * (to - from);
  }
  const winsorisedMean = (sum + cut * (lowest + highest)) / n;
  const winsorisedSquares = squares + cut * (lowest * lowest + highest * highest);
  const variance = Math.max(0, (winsorisedSquares - n * winsorisedMean * winsorisedMean) / (n - 1));
  return { mean: origin + sum / kept, error: Math.sqrt(variance / n) / (1 - (2 * cut) / n) };
}
