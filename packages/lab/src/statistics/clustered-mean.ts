import { studentQuantile } from './student.ts';
import { type Estimate, standardError } from './trimmed-mean.ts';
import { roomToSettle } from './verdict.ts';

/** Values that have something in common within each cluster, so that only the clusters are independent. */
export type Clusters = readonly (readonly number[])[];

/**
 * The mean of the trimmed means of clusters, with the interval of Student's t over them: whatever differs from
 * cluster to cluster is in it, besides the noise within (Kalibera and Jones, Rigorous Benchmarking in Reasonable
 * Time, ISMM 2013). `n` counts clusters.
 * @param clusters at least 2, none of them empty
 * @param trim share of the values of each cluster cut off at each end, below 0.5
 * @param confidence such as 0.99
 */
export function clusteredMean(clusters: Clusters, trim: number, confidence: number): Estimate {
  const n = clusters.length;
  const means = clusterMeans(clusters, trim);
  const estimate = meanOf(means);
  const error = Math.sqrt(varianceOf(means) / n);
  const half = error === 0 ? 0 : error * studentQuantile(confidence, n - 1);
  return { n, estimate, error, low: estimate - half, high: estimate + half };
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
