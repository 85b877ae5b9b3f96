import { Random } from '../../packages/lab/src/statistics/random.ts';

/** `1.23 (1.10 … 1.36)`: the geometric mean of paired ratios, with a 95 % bootstrap interval. */
export function ratioText(ours: readonly number[], theirs: readonly number[]): string {
  const logs = ours.map((value, i) => Math.log(value / theirs[i]!));
  const random = new Random(1);
  const means = Array.from({ length: 5_000 }, () => {
    let sum = 0;
    for (let i = 0; i < logs.length; i++) sum += logs[random.index(logs.length)]!;
    return sum / logs.length;
  }).sort((a, b) => a - b);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const show = (log: number): string => Math.exp(log).toFixed(2);
  return `${show(mean)} (${show(means[125]!)} … ${show(means[4874]!)})`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
