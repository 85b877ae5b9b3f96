/** What `record-noise.ts` writes and `simulate-proofs.ts` reads. */
export interface RecordedNoise {
  readonly slice_ms: number;
  readonly in_flight: number;
  readonly requests_per_slice: number;
  /** In the order in which they ran; `bins` and `counts` as in statistics/log-bins.ts. */
  readonly slices: { answered: number; elapsed_ms: number; bins: number[]; counts: number[] }[];
}
