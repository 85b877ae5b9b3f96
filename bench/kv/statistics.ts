/** A ratio with its 95 % interval. */
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

const RESAMPLES = 4_000;

/**
 * The mean ratio of paired measurements: the geometric mean, with a percentile bootstrap over the pairs
 * (Efron and Tibshirani, An Introduction to the Bootstrap, 13.3). Seeded, so that a run can be recomputed.
 */
export function pairedRatio(pairs: readonly (readonly [number, number])[]): Ratio {
  const logs = pairs.map(([a, b]) => Math.log(a / b));
  const random = lcg(1);
  const means: number[] = [];
  for (let at = 0; at < RESAMPLES; at++) {
    let sum = 0;
    for (let i = 0; i < logs.length; i++) sum += logs[Math.floor(random() * logs.length)]!;
    means.push(sum / logs.length);
  }
  means.sort((a, b) => a - b);
  return {
    ratio: Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length),
    low: Math.exp(means[Math.floor(RESAMPLES * 0.025)]!),
    high: Math.exp(means[Math.floor(RESAMPLES * 0.975)]!),
    pairs: pairs.length,
  };
}

export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Numerical Recipes' quick generator: enough to choose resamples. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
