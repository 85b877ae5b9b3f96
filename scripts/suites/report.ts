import type { Unlike } from './compare.ts';
import type { Recorded } from './recorded.ts';
import type { SabotageReport } from './sabotaged.ts';

export interface RunCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** How long it took; on a shared machine a hint and no more. */
  readonly seconds: number;
  /** CPU time of its processes, user and system; null where the system does not say. */
  readonly cpu_seconds: number | null;
}

export interface PartReport {
  readonly part: string;
  /** Tests, programs of tests and test runners whose results are compared. */
  readonly tests: number;
  readonly bare: readonly RunCounts[];
  readonly recorded: readonly (RunCounts & Recorded)[];
  readonly flaky: readonly Unlike[];
  readonly differences: readonly Unlike[];
  /** Why the recorded runs do not show what they should; empty where they do. */
  readonly doubts: readonly string[];
  /** What fails in the first bare run, and what is said there. */
  readonly failing: readonly { readonly test: string; readonly message: string }[];
}

export interface AboutSuite {
  /** Whether most statements were passed over, from the first on. */
  readonly by_turns: boolean;
  readonly suite: string;
  readonly repository: string;
  readonly version: string;
  /** Null where the checkout has no history. */
  readonly commit: string | null;
  readonly node: string;
}

export interface SabotagesReport extends AboutSuite {
  readonly parts_run: readonly string[];
  /** Of programs in files, those whose path holds it were run. */
  readonly only: string;
  readonly sabotaged: readonly SabotageReport[];
}

export interface SuiteReport extends AboutSuite {
  readonly postgres: string;
  readonly bare_runs: number;
  readonly recorded_runs: number;
  readonly parts: readonly PartReport[];
}

/** The report as the documents show it: a table, and a line for everything that is not as it should be. */
export function markdown(report: SuiteReport): string {
  const { suite, version, commit, node, by_turns, postgres, bare_runs, recorded_runs } = report;
  const lines = [
    `${suite} ${version}${commit ? ` (${commit.slice(0, 10)})` : ''}, Node ${node.slice(1)}, Postgres ${postgres}; ` +
      `${bare_runs} bare runs, ${recorded_runs} recorded${by_turns ? ', by turns' : ''}`,
    '',
    '| part | results compared | bare: passed, failed, skipped | under Cowpath | statements followed | processes | flaky bare | different |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const { part, tests, bare, recorded, flaky, differences } of report.parts) {
    const cells = [
      part,
      tests.toLocaleString('en'),
      alike(bare),
      alike(recorded),
      recorded.map(({ statements }) => statements.toLocaleString('en')).join(' / '),
      recorded.map(({ processes }) => processes).join(' / '),
      flaky.length,
      differences.length,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  for (const { part, flaky, differences, doubts, recorded } of report.parts) {
    for (const one of differences) lines.push('', `different: ${described(part, one)}`);
    for (const one of flaky) lines.push('', `flaky: ${described(part, one)}`);
    for (const doubt of doubts) lines.push('', `doubt: ${part}: ${doubt}`);
    for (const { notes } of recorded) {
      const said = Object.entries(notes).map(([code, count]) => `${code} ${count}`);
      if (said.length > 0) lines.push('', `noted: ${part}: ${said.join(', ')}`);
    }
  }
  return lines.join('\n');
}

/** What a suite saw of each fault. */
export function sabotagesMarkdown({ suite, version, node, sabotaged }: SabotagesReport): string {
  return [
    `${suite} ${version}, Node ${node.slice(1)}: what its tests see of faults in Cowpath`,
    '',
    '| fault | what it does | results compared | different |',
    '| --- | --- | --- | --- |',
    ...sabotaged.map(({ name, what, tests, different }) => `| ${name} | ${what} | ${tests} | ${different} |`),
  ].join('\n');
}

/** The counts of runs, once where all are the same. */
function alike(runs: readonly RunCounts[]): string {
  const texts = runs.map(
    ({ passed, failed, skipped }) => `${passed.toLocaleString('en')}, ${failed}, ${skipped}`,
  );
  return [...new Set(texts)].join(' / ');
}

function described(part: string, { test, bare, recorded, message }: Unlike): string {
  const states = `${bare.join(', ')} bare; ${recorded.join(', ')} under Cowpath`;
  return `${part}: ${test}: ${states}${message ? `\n${message}` : ''}`;
}
