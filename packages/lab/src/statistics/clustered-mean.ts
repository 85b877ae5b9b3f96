import { studentQuantile } from './student.ts';
import { type Estimate, middleMean, standardError } from './trimmed-mean.ts';
import { roomToSettle } from './verdict.ts';

/** Values that have something in common within each cluster, so that only the clusters are independent. */
export type Clusters = readonly (readonly number[])[];

/**
 * The trimmed mean of the values of all clusters together, with the interval of Student's t over clusters: whatever
 * differs from cluster to cluster is in it, besides the noise within (Kalibera and Jones, Rigorous Benchmarking in
 * Reasonable Time, ISMM 2013). Values are cut off wherever they are, so that a pause of the machine may take most
 * of one cluster. The standard error is that of what each value adds to a trimmed mean, which is its winsorised distance
 * (Huber, Robust Statistics, 3.3), summed within clusters, because only these are independent (Liang and Zeger,
 * Biometrika 73, 1986). Where clusters differ by little beyond the noise within, Student's t has the
 * degrees of freedom of all clusters, less what trimming takes of those of the values; where they differ by much, trimming
 * takes whole clusters away, and it has those of as many as are left (Tukey and McLaughlin 1963); between the two, its
 * quantile is that share of both. `n` counts clusters.
 * @param clusters at least 2, none of them empty
 * @param trim share of all values cut off at each end, below 0.5
 * @param confidence such as 0.99
 */
export function clusteredMean(clusters: Clusters, trim: number, confidence: number): Estimate {
  const n = clusters.length;
  const values = clusters.flat();
  const cut = Math.floor(values.length * trim);
  const kept = values.length - 2 * cut;
  const estimate = middleMean(values, trim);
  const error = Math.sqrt((summedSquares(clusters, cut) * n) / (n - 1)) / kept;
  if (error === 0) return { n, estimate, error, low: estimate, high: estimate };
  const share = Math.max(0, 1 - (standardError(values, trim) / error) ** 2);
  const alike = 1 / (1 / (n - 1) + 1 / (kept - 1) - 1 / (values.length - 1));
  const apart = Math.floor(n - 2 * n * trim) - 1;
  const t = share * quantileOf(apart) + (1 - share) * quantileOf(alike);
  return { n, estimate, error, low: estimate - t * error, high: estimate + t * error };

  function quantileOf(freedom: number): number {
    return studentQuantile(confidence, Math.max(1, Math.floor(freedom + ROUNDING)));
  }
}

/** So that a whole number of degrees of freedom is not rounded down. */
const ROUNDING = 1e-9;

/**
 * The squares of what clusters sum up to, each value taken from the middle of all: winsorised, which is with the `cut`
 * lowest and highest of all moved to their neighbours.
 */
function summedSquares(clusters: Clusters, cut: number): number {
  const sorted = Float64Array.from(clusters.flat()).sort();
  const [lowest, highest] = [sorted[cut]!, sorted[sorted.length - 1 - cut]!];
  const winsorised = (value: number): number => Math.min(highest, Math.max(lowest, value));
  const middle = meanOf(Array.from(sorted, winsorised));
  return clusters
    .map((values) => values.reduce((sum, value) => sum + winsorised(value) - middle, 0))
    .reduce((squares, sum) => squares + sum * sum, 0);
}

/** The trimmed mean of each cluster, in order. */
export function clusterMeans(clusters: Clusters, trim: number): number[] {
  return clusters.map((values) => fractionallyTrimmedMean(values, trim));
}

/**
 * The mean without the given share of the values at each end. Where the share is no whole number of values, the
 * outermost that stay count by as much of them as is left, so that clusters of few values are trimmed as others.
 */
export function fractionallyTrimmedMean(values: readonly number[], trim: number): number {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const [from, to] = [n * trim, n - n * trim];
  let sum = 0;
  for (let i = Math.floor(from); i < Math.ceil(to); i++)
    sum += sorted[i]! * (Math.min(i + 1, to) - Math.max(i, from));
  return sum / (to - from);
}

const VALUES_FOR_ERROR_MIN = 4;

/**
 * How much clusters differ beyond what the noise within makes them differ by: a standard deviation, 0 where the
 * noise explains it all, undefined where a cluster has too few values to tell.
 */
export function spreadBetween(clusters: Clusters, trim: number): number | undefined {
  if (clusters.length < 2 || clusters.some(({ length }) => length < VALUES_FOR_ERROR_MIN)) return undefined;
  const all = varianceOf(clusterMeans(clusters, trim));
  const within = meanOf(clusters.map((values) => standardError(values, trim) ** 2));
  return Math.sqrt(Math.max(0, all - within));
}

/** More than any proof would ever have. */
const CLUSTERS_MAX = 100_000;

/** How many clusters it would take to settle what these did not; CLUSTERS_MAX where that many would not do. */
export function clustersToSettle(gain: Estimate, confidence: number): number {
  const deviation = gain.error * Math.sqrt(gain.n);
  const room = roomToSettle(gain);
  const enough = (n: number): boolean =>
    (deviation * studentQuantile(confidence, n - 1)) / Math.sqrt(n) <= room;
  let [low, high] = [gain.n, CLUSTERS_MAX];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (enough(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
