import type { Results, State } from './suite.ts';

/** A test that did not do the same in every run. `(absent)`: it was not run. */
export interface Unlike {
  readonly test: string;
  readonly bare: readonly (State | '(absent)')[];
  readonly recorded: readonly (State | '(absent)')[];
  /** What a recorded run said, where it failed there. */
  readonly message: string | null;
}

export interface Comparison {
  /** Tests met in any run. */
  readonly tests: number;
  /** Tests whose bare runs differ from each other. */
  readonly flaky: readonly Unlike[];
  /** Tests whose bare runs agree, and of which a recorded run differs. */
  readonly differences: readonly Unlike[];
}

/** Compares the runs of one part, test by test. */
export function compare(bare: readonly Results[], recorded: readonly Results[]): Comparison {
  const tests = new Set([...bare, ...recorded].flatMap(({ states }) => [...states.keys()]));
  const flaky: Unlike[] = [];
  const differences: Unlike[] = [];
  for (const test of tests) {
    const stateIn = (results: Results): State | '(absent)' => results.states.get(test) ?? '(absent)';
    const unlike: Unlike = {
      test,
      bare: bare.map(stateIn),
      recorded: recorded.map(stateIn),
      message: recorded.map(({ messages }) => messages.get(test)).find((one) => one !== undefined) ?? null,
    };
    const expected = new Set(unlike.bare);
    if (expected.size > 1) flaky.push(unlike);
    else if (unlike.recorded.some((state) => !expected.has(state))) differences.push(unlike);
  }
  return { tests: tests.size, flaky, differences };
}
