import type { Engine } from '../engines/engine.ts';

/** How a test gets engines. */
export interface ConformanceSetup<E extends Engine = Engine> {
  /** Each call gives an empty one, not opened; the test closes it. */
  engine(): Promise<E>;
  /**
   * Empties an opened one. With it several random programs run one after another on one engine, which is cheaper
   * where making tables is what costs; what the engine remembers of names is then part of the test.
   */
  clear?(engine: E): Promise<void>;
}

/** One case of the contract: a name, and a function that throws (an AssertionError) when it is not kept. */
export interface ConformanceCase {
  readonly name: string;
  run<E extends Engine>(setup: ConformanceSetup<E>): Promise<void>;
}
