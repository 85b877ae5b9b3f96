import { OPERATIONS, type Operation } from './operations.ts';

/** Buckets of the histogram: below 1 µs, 2 µs, 4 µs … 2^30 µs (18 minutes), and the rest. */
const BUCKETS = 32;

class Counts {
  readonly byStatus = new Map<number, number>();
  readonly buckets = new Float64Array(BUCKETS);
  sum_ms = 0;
  count = 0;
}

/**
 * Requests by operation and status, and their times. Plain numbers: this is updated for every request, and a
 * labelled metric of the client library costs about as much as the lookup that it would count.
 */
export class RequestCounts {
  readonly #counts: Record<Operation, Counts>;
  inFlight = 0;

  constructor() {
    this.#counts = Object.fromEntries(OPERATIONS.map((name) => [name, new Counts()])) as Record<
      Operation,
      Counts
    >;
  }

  observe(operation: Operation, status: number, duration_ms: number): void {
    const counts = this.#counts[operation];
    counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1);
    counts.buckets[Math.min(BUCKETS - 1, 32 - Math.clz32(duration_ms * 1_000))]! += 1;
    counts.sum_ms += duration_ms;
    counts.count += 1;
  }

  *statuses(): Iterable<{ operation: Operation; status: number; count: number }> {
    for (const operation of OPERATIONS) {
      for (const [status, count] of this.#counts[operation].byStatus) yield { operation, status, count };
    }
  }

  /** Cumulative, as Prometheus wants them; times in seconds. */
  *histograms(): Iterable<{
    operation: Operation;
    sum: number;
    count: number;
    buckets: { le: number; count: number }[];
  }> {
    for (const operation of OPERATIONS) {
      const counts = this.#counts[operation];
      if (counts.count === 0) continue;
      let count = 0;
      const buckets: { le: number; count: number }[] = [];
      for (let index = 0; index < BUCKETS - 1; index++) {
        count += counts.buckets[index]!;
        buckets.push({ le: 2 ** index / 1e6, count });
      }
      yield { operation, sum: counts.sum_ms / 1_000, count: counts.count, buckets };
    }
  }
}
