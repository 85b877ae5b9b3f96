import type { Engine } from '../engines/engine.ts';

/** How a test gets engines. Each call gives an empty one, not opened; the test closes it. */
export interface ConformanceSetup {
  engine(): Promise<Engine>;
}

/** One case of the contract: a name, and a function that throws (an AssertionError) when it is not kept. */
export interface ConformanceCase {
  readonly name: string;
  run(setup: ConformanceSetup): Promise<void>;
}
