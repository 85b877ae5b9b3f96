import { pairedRatio, quantile, type Ratio } from '../statistics.ts';
import type { Attributed, Cause } from './attribute.ts';
import type { SideResult, StallsResult } from './measure.ts';

interface SideSummary {
  readonly requests: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly p999_ms: number;
  readonly longest_ms: number;
  readonly unanswered: number;
  readonly stalls: readonly Attributed[];
}

export interface Summary {
  readonly stall_ms: number;
  readonly service: SideSummary;
  readonly bare: SideSummary;
  /** Service over bare: of the whole run, and the mean over pairs of blocks with its interval. */
  readonly p999_ratio: number;
  readonly p999_pairs: Ratio;
  /** How many times over the run filled the write buffer. */
  readonly buffers: number;
  readonly written_mb: number;
  readonly flushes: number;
  readonly flush_ms_max: number;
  readonly sync_ms_max: StallsResult['sync_ms_max'];
  readonly counters: Readonly<Record<string, number>>;
}

export function summarise(
  result: StallsResult,
  { stall_ms, write_buffer_kb }: { stall_ms: number; write_buffer_kb: number },
): Summary {
  const service = sideSummary(result.service);
  const bare = sideSummary(result.bare);
  const bytes = result.counters.commit_bytes_total ?? 0;
  return {
    stall_ms,
    service,
    bare,
    p999_ratio: service.p999_ms / bare.p999_ms,
    p999_pairs: pairedRatio(
      result.service.blocks.map((block, at) => [
        quantile(block, 0.999),
        quantile(result.bare.blocks[at]!, 0.999),
      ]),
    ),
    buffers: bytes / (write_buffer_kb * 1024),
    written_mb: bytes / 1e6,
    flushes: result.flushes,
    flush_ms_max: result.flush_ms_max,
    sync_ms_max: result.sync_ms_max,
    counters: result.counters,
  };
}

function sideSummary({ blocks, stalls, unanswered }: SideResult): SideSummary {
  const sorted = blocks.flat().sort((a, b) => a - b);
  return {
    requests: sorted.length,
    p50_ms: quantile(sorted, 0.5),
    p99_ms: quantile(sorted, 0.99),
    p999_ms: quantile(sorted, 0.999),
    longest_ms: sorted.at(-1) ?? Number.NaN,
    unanswered,
    stalls,
  };
}

export function summaryText(summary: Summary): string {
  const { service, bare, p999_pairs: pairs } = summary;
  const row = (name: string, side: SideSummary): string =>
    `${name.padEnd(13)}${[side.p50_ms, side.p99_ms, side.p999_ms, side.longest_ms].map((ms) => ms.toFixed(2).padStart(9)).join('')}` +
    `${String(side.stalls.length).padStart(8)}${side.unanswered > 0 ? `  ${side.unanswered} UNANSWERED` : ''}`;
  return [
    `times in ms from when a request was due; a stall is an answer above ${summary.stall_ms} ms`,
    '                   p50      p99    p99.9  longest  stalls',
    row('service', service),
    row('bare handler', bare),
    `p99.9, service / bare: ${summary.p999_ratio.toFixed(2)} over the whole run, ` +
      `${pairs.ratio.toFixed(2)} [${pairs.low.toFixed(2)}, ${pairs.high.toFixed(2)}] over ${pairs.pairs} pairs of blocks`,
    `written: ${summary.written_mb.toFixed(0)} MB, the write buffer ${summary.buffers.toFixed(1)} times over; ` +
      `${summary.flushes} flushes seen, the longest ${summary.flush_ms_max.toFixed(0)} ms; ` +
      `a neighbour's 4 KiB took ${summary.sync_ms_max.service.toFixed(0)} ms to the disk at most, ` +
      `${summary.sync_ms_max.bare.toFixed(0)} while the bare handler was loaded`,
    ...stallsText('the service', service.stalls),
    ...stallsText('the bare handler', bare.stalls),
  ].join('\n');
}

function stallsText(whose: string, stalls: readonly Attributed[]): string[] {
  if (stalls.length === 0) return [`no stalls of ${whose}`];
  const causes = new Map<Cause, number>();
  for (const { cause } of stalls) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  return [
    `stalls of ${whose}: ${[...causes].map(([cause, count]) => `${count} by ${cause}`).join(', ')}`,
    ...[...stalls]
      .sort((a, b) => b.longest_ms - a.longest_ms)
      .slice(0, 20)
      .map(
        ({ longest_ms, requests, puts, cause, evidence }) =>
          `  ${longest_ms.toFixed(0).padStart(5)} ms, ${requests} requests (${puts} PUT): ${cause}. ${evidence}.`,
      ),
  ];
}
