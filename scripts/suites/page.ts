/** The figures of docs/reference/suites.md. */
import { SUITES } from './projects/index.ts';
import type { PartReport, RunCounts, SabotagesReport, SuiteReport } from './report.ts';

type Report = SuiteReport | SabotagesReport;

/** Sections of Markdown: one for each suite and Node, then what the suites saw of faults. */
export function figures(reports: readonly Report[]): string {
  const suites = new Map<string, SuiteReport>();
  for (const report of reports) {
    if ('sabotaged' in report) continue;
    const key = `${report.suite} ${report.version} ${report.node} ${report.by_turns}`;
    const known = suites.get(key);
    suites.set(key, known ? merged(known, report) : report);
  }
  const sabotages = reports.filter((report) => 'sabotaged' in report);
  return [...[...suites.values()].map(section), ...sabotages.map(sabotageSection)].join('\n\n');
}

function merged(a: SuiteReport, b: SuiteReport): SuiteReport {
  const parts = new Map([...a.parts, ...b.parts].map((part) => [part.part, part]));
  const order = suiteOf(a).parts.map(({ name }) => name);
  return { ...a, parts: [...parts.values()].sort((x, y) => order.indexOf(x.part) - order.indexOf(y.part)) };
}

function suiteOf({ suite }: Report): (typeof SUITES)[number] {
  return SUITES.find(({ title }) => title === suite)!;
}

function section(report: SuiteReport): string {
  const { suite, version, repository, commit, node, by_turns, postgres, parts } = report;
  const at = commit === null ? repository : `${repository}@${commit.slice(0, 10)}`;
  const lines = [
    `## ${suite} ${version}, Node ${node.slice(1)}${by_turns ? ', by turns' : ''}`,
    '',
    `${at}, Postgres ${postgres}`,
    '',
    `    ${commandOf(report)}`,
    '',
    '| part | runs bare, under Cowpath | results compared | passed, failed, skipped: bare | under Cowpath | statements followed, in a run | unsteady bare | different |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...parts.map(row),
    ...parts.flatMap(remarks),
  ];
  return lines.join('\n');
}

function row({ part, tests, bare, recorded, flaky, differences }: PartReport): string {
  const statements = new Set(recorded.map((run) => count(run.statements)));
  const cells = [
    ...[part, `${bare.length}, ${recorded.length}`, count(tests), counts(bare), counts(recorded)],
    ...[[...statements].join(' / '), flaky.length, differences.length],
  ];
  return `| ${cells.join(' | ')} |`;
}

/** What is not as it should be, and what fails without Cowpath too. */
function remarks({ part, flaky, differences, doubts, failing }: PartReport): string[] {
  const unsteady = new Set(flaky.map(({ test }) => test));
  const lines = [
    ...differences.map(
      ({ test, bare, recorded }) => `different: ${test} (${bare[0]} bare; ${recorded.join(', ')})`,
    ),
    ...flaky.map(
      ({ test, bare, recorded }) => `unsteady: ${test} (${bare.join(', ')} bare; ${recorded.join(', ')})`,
    ),
    ...doubts.map((doubt) => `in doubt: ${doubt}`),
    ...failing.filter(({ test }) => !unsteady.has(test)).map(({ test }) => `fails bare: ${test}`),
  ];
  return lines.map((line, i) => `${i === 0 ? '\n' : ''}- ${part}, ${line}`);
}

function commandOf({ suite, node, by_turns, bare_runs, recorded_runs }: SuiteReport): string {
  const { name, repository } = SUITES.find(({ title }) => title === suite)!;
  const other = node.startsWith('v22.') ? ' --node node_modules/node22/bin/node' : '';
  return (
    `node scripts/suites.ts --suite ${name} --source ../${repository.split('/')[1]}` +
    ` --bare ${bare_runs} --recorded ${recorded_runs}${by_turns ? ' --by-turns' : ''}${other}`
  );
}

function sabotageSection(report: SabotagesReport): string {
  const { suite, version, node, by_turns, parts_run, only, sabotaged } = report;
  const { name, repository } = suiteOf(report);
  const parts = parts_run.map((part) => (part.includes(' ') ? `"${part}"` : part)).join(' ');
  return [
    `## What ${suite}'s tests see of faults`,
    '',
    `${suite} ${version}, Node ${node.slice(1)}, one run with each fault; how many results differ from the bare runs':`,
    '',
    `    node scripts/suites.ts --suite ${name} --source ../${repository.split('/')[1]} --part ${parts}` +
      `${only === '' ? '' : ` --only ${only}`}${by_turns ? ' --by-turns' : ''} --sabotage ${sabotaged.map((one) => one.name).join(' ')}`,
    '',
    '| fault in Cowpath | what it does to the program | results compared | different |',
    '| --- | --- | ---: | ---: |',
    ...sabotaged.map(
      (one) => `| ${one.name} | ${one.what} | ${count(one.tests)} | ${count(one.different)} |`,
    ),
  ].join('\n');
}

/** Once where all runs are the same. */
function counts(runs: readonly RunCounts[]): string {
  const texts = runs.map(
    ({ passed, failed, skipped }) => `${count(passed)}, ${count(failed)}, ${count(skipped)}`,
  );
  return [...new Set(texts)].join(' / ');
}

function count(value: number): string {
  return value.toLocaleString('en');
}
