import { SABOTAGES } from '../../packages/cowpath/test/harm/sabotages/list.mjs';
import { compare } from './compare.ts';
import type { Recording } from './recorded.ts';
import { type RunOptions, runPart } from './run-suite.ts';
import type { Part, Results, Suite } from './suite.ts';

/** What a suite saw of a fault in Cowpath. */
export interface SabotageReport {
  readonly name: string;
  readonly what: string;
  /** Results compared, over all parts. */
  readonly tests: number;
  /** Of them, different from bare runs that agree. */
  readonly different: number;
  /** Some of them, by name. */
  readonly examples: readonly string[];
}

const EXAMPLES_MAX = 3;

/** Runs the parts bare, and under Cowpath with each of the faults; by turns, where a fault is met in no other way. */
export async function runSabotages(
  suite: Suite,
  parts: readonly Part[],
  names: readonly string[],
  options: Omit<RunOptions, 'recording'>,
  recording: Omit<Recording, 'sabotage'>,
  bareRuns: number,
  progress: (text: string) => void,
): Promise<SabotageReport[]> {
  const bare = new Map<Part, Results[]>();
  for (const part of parts) {
    const runs: Results[] = [];
    for (let i = 0; i < bareRuns; i++) {
      runs.push((await runPart(suite, part, { ...options, recording: null })).results);
    }
    bare.set(part, runs);
    progress(`${part.name}, bare`);
  }
  const reports: SabotageReport[] = [];
  for (const { name, what, passedOver } of SABOTAGES.filter((one) => names.includes(one.name))) {
    const seen: string[] = [];
    let tests = 0;
    for (const part of parts) {
      const { results } = await runPart(suite, part, {
        ...options,
        recording: { ...recording, sabotage: name, byTurns: recording.byTurns || passedOver === true },
      });
      const found = compare(bare.get(part)!, [results]);
      tests += found.tests;
      seen.push(...found.differences.map(({ test }) => test));
    }
    progress(`${name}: ${seen.length} of ${tests} different`);
    reports.push({ name, what, tests, different: seen.length, examples: seen.slice(0, EXAMPLES_MAX) });
  }
  return reports;
}
