import { conformanceCases, type EnginePlace } from './cases.ts';

export { type ConformanceCase, conformanceCases, type EnginePlace } from './cases.ts';

export interface ConformanceHarness {
  /** A test runner's function: vitest's or node:test's `test`. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /** A new, empty place for every case. */
  readonly place: () => Promise<EnginePlace>;
}

/**
 * Registers the whole conformance suite with a test runner.
 *
 *     import { test } from 'node:test';
 *     import { engineConformance } from '@cowpath/kv/conformance';
 *     engineConformance({ test, place: async () => ({ open: () => openMyEngine(newDirectory()) }) });
 */
export function engineConformance(harness: ConformanceHarness): void {
  for (const { name, run } of conformanceCases) {
    harness.test(name, async () => run(await harness.place()));
  }
}
