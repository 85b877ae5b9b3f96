import type { LogBins } from '../statistics/log-bins.ts';

/** What one side did in one block: its two slices of the same traffic, together. */
export interface SideBlock {
  /** Requests answered. */
  readonly answered: number;
  /** Time of both slices, from the first send to the last answer. */
  readonly elapsed_ms: number;
  /** Latencies of each of the two slices. */
  readonly slices: readonly [LogBins, LogBins];
}

/** One block: the same requests sent to both sides, twice each, in the order before, after, after, before. */
export interface Block {
  /** Which of the proof's launches it ran in, from 0. */
  readonly launch: number;
  readonly before: SideBlock;
  readonly after: SideBlock;
}
