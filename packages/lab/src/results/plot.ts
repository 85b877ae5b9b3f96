import type { LatencyHistogram } from '../run/latency-histogram.ts';
import { formatMs } from './numbers.ts';

export interface LatencyBin {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly count: number;
}

/** The counts in `bins` bins of equal ratio from the shortest to the longest latency. */
export function latencyBins(histogram: LatencyHistogram, bins: number): LatencyBin[] {
  const counts = [...histogram.counts()].map(({ value_ms, count }) => ({
    value_ms: Math.max(0.001, value_ms),
    count,
  }));
  if (counts.length === 0) return [];
  const low = counts[0]!.value_ms;
  const high = Math.max(counts.at(-1)!.value_ms, low * 1.0001);
  const step = Math.log(high / low) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => low * Math.exp(step * i));
  const result = edges.slice(0, -1).map((from_ms, i) => ({ from_ms, to_ms: edges[i + 1]!, count: 0 }));
  for (const { value_ms, count } of counts) {
    result[Math.min(bins - 1, Math.floor(Math.log(value_ms / low) / step))]!.count += count;
  }
  return result;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/** A bar of `width` cells at most, to an eighth of a cell; never empty for a value above 0. */
function bar(value: number, max: number, width: number): string {
  if (value <= 0 || max <= 0) return '';
  const eighths = Math.max(1, Math.round((value / max) * width * 8));
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
}

/** How many requests took how long, one line a bin; both scales are what the labels say. */
export function latencyPlot(histogram: LatencyHistogram, width: number, bins = 12): string {
  const rows = latencyBins(histogram, bins);
  const most = Math.max(...rows.map((row) => row.count));
  const label = (row: LatencyBin): string => `${formatMs(row.from_ms).padStart(9)} `;
  const count = (row: LatencyBin): string => ` ${row.count || ''}`;
  const room = Math.max(10, width - 10 - String(most).length - 1);
  return rows.map((row) => label(row) + bar(row.count, most, room) + count(row)).join('\n');
}
