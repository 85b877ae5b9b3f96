/** What a migration tells of itself while it runs. */
export interface Progress {
  readonly phase: 'copy' | 'verify' | 'carry' | 'switch' | 'clean';
  readonly done: number;
  readonly total: number;
}

export interface MigrateOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Things a batch at first; it then follows `batch_ms`. Default 100. */
  readonly batch?: number | undefined;
  /** How long one batch may hold back writers, about. Default 25. */
  readonly batch_ms?: number | undefined;
  /** Queries run on old and new and compared. Default 50. */
  readonly sample_queries?: number | undefined;
}

export interface MigrationReport {
  readonly things: number;
  readonly queries_compared: number;
  /** The longest time for which writers were shut out at once, in milliseconds. */
  readonly longest_exclusion_ms: number;
  readonly duration_ms: number;
}

/** The size of the next batch, so that one takes about `batch_ms`. */
export function nextBatch(batch: number, took_ms: number, batch_ms: number): number {
  const factor = Math.min(2, Math.max(0.5, batch_ms / Math.max(took_ms, 0.1)));
  return Math.max(1, Math.min(5_000, Math.round(batch * factor)));
}

/** Measures how long writers are shut out. */
export class Exclusion {
  longest_ms = 0;

  async measure<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.longest_ms = Math.max(this.longest_ms, performance.now() - start);
    }
  }
}
