/**
 * Other projects' own test suites, bare and under Cowpath: every test must do the same.
 *
 *     node scripts/suites.ts --suite pg --source ../node-postgres
 *
 * The checkout is the user's to provide, ready for its own tests. Each run gets a Postgres of its own. Cowpath
 * runs as packed, so that sources must have been compiled (`npm run build`). A test whose bare runs differ from
 * each other is listed as flaky and not counted; a run of which nothing was recorded proves nothing and fails.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SABOTAGES } from '../packages/cowpath/test/harm/sabotages/list.mjs';
import { compare } from './suites/compare.ts';
import { SUITES } from './suites/projects/index.ts';
import { doubts, packRegister } from './suites/recorded.ts';
import {
  type AboutSuite,
  markdown,
  type PartReport,
  type SuiteReport,
  sabotagesMarkdown,
} from './suites/report.ts';
import { type Run, runPart } from './suites/run-suite.ts';
import { runSabotages } from './suites/sabotaged.ts';
import type { Part, Suite } from './suites/suite.ts';

interface Flags {
  readonly suite: string;
  readonly source: string;
  readonly part?: readonly string[];
  readonly node: string;
  readonly bare: number;
  readonly recorded: number;
  readonly byTurns: boolean;
  readonly minutes: number;
  readonly only: string;
  readonly sabotage?: readonly string[];
  readonly json?: string;
}

const EXAMPLES = `
Examples:
  $ node scripts/suites.ts --suite pg --source ../node-postgres
  $ node scripts/suites.ts --suite pg --source ../node-postgres --part pg-pool pg-cursor --bare 3
  $ node scripts/suites.ts --suite knex --source ../knex --node node_modules/node22/bin/node --json knex.json
  $ node scripts/suites.ts --suite kysely --source ../kysely --by-turns
  $ node scripts/suites.ts --suite pg --source ../node-postgres --part pg-pool pg-cursor --sabotage row-lost tag-lost

Ends with 1 where a test differs, or where nothing was recorded; with --sabotage, where no test saw a fault.`;

const command = new Command('suites')
  .description('Runs another project’s own test suite with and without Cowpath, and compares test by test.')
  .addOption(
    new Option('--suite <name>', 'whose').choices(SUITES.map(({ name }) => name)).makeOptionMandatory(),
  )
  .requiredOption('--source <folder>', 'its checkout, ready for its own tests')
  .option('--part <name...>', 'only these parts of it')
  .option('--node <file>', 'the Node that runs it', process.execPath)
  .option('--bare <runs>', 'runs without Cowpath', times(2), 2)
  .option('--recorded <runs>', 'runs under Cowpath', times(1), 1)
  .option(
    '--by-turns',
    'under Cowpath, follow one statement and pass over the next one to four, from the first on',
    false,
  )
  .option('--minutes <number>', 'the longest that one program of a suite may take', times(1), 20)
  .option('--only <text>', 'of test programs in files, those whose path holds it', '')
  .addOption(
    new Option(
      '--sabotage <name...>',
      'put these faults into Cowpath, a run with each: does the suite see it?',
    ).choices(SABOTAGES.map(({ name }) => name)),
  )
  .option('--json <file>', 'also write everything that was found there')
  .addHelpText('after', EXAMPLES)
  .action(async (flags: Flags) => {
    // Set and left, the code would be lost: what stops an embedded Postgres at the end exits with 0.
    process.exit(await main(flags));
  });
await command.parseAsync();

function times(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= 100) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to 100.`);
  };
}

async function main(flags: Flags): Promise<number> {
  const suite = SUITES.find(({ name }) => name === flags.suite)!;
  const source = resolve(flags.source);
  const missing = suite.ready.filter((file) => !existsSync(join(source, file)));
  if (missing.length > 0) {
    command.error(
      `error: ${source} is not a checkout of ${suite.repository} that is ready for its own tests: ${missing.join(', ')} ` +
        'is not there. Make it ready as its guide for contributors says.',
    );
  }
  const parts = suite.parts.filter(({ name }) => flags.part?.includes(name) ?? true);
  const unknown = flags.part?.filter((name) => !suite.parts.some((part) => part.name === name)) ?? [];
  if (unknown.length > 0) {
    const known = suite.parts.map(({ name }) => `"${name}"`).join(', ');
    command.error(`error: ${suite.title} has no part "${unknown.join('", "')}". It has ${known}.`);
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error(`ended by ${signal}`)));
  }
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-suites-'));
  try {
    const node = resolve(flags.node);
    const recording = { register: packRegister(join(folder, 'packed')), byTurns: flags.byTurns };
    const common = {
      ...{ source, node, minutes_max: flags.minutes, only: flags.only, signal: stop.signal },
      progress: () => {},
    };
    if (flags.sabotage) {
      const say = (text: string): void => progress(text, true);
      const sabotaged = await runSabotages(suite, parts, flags.sabotage, common, recording, flags.bare, say);
      const report = {
        ...aboutSuite(suite, source, node, flags.byTurns),
        parts_run: parts.map(({ name }) => name),
        only: flags.only,
        sabotaged,
      };
      console.log(sabotagesMarkdown(report));
      if (flags.json) writeFileSync(flags.json, `${JSON.stringify(report, null, 2)}\n`);
      return sabotaged.some(({ different }) => different === 0) ? 1 : 0;
    }
    const reports: PartReport[] = [];
    let postgres = '';
    for (const part of parts) {
      const bare: Run[] = [];
      const recorded: Run[] = [];
      // In turns, so that a slow drift of the machine meets both alike.
      while (bare.length < flags.bare || recorded.length < flags.recorded) {
        for (const [runs, wanted, under] of [
          [bare, flags.bare, null],
          [recorded, flags.recorded, { ...recording, sabotage: null }],
        ] as const) {
          if (runs.length >= wanted) continue;
          const run = await runPart(suite, part, {
            ...{ ...common, recording: under },
            progress: (text) => progress(`${part.name}, ${under ? 'recorded' : 'bare'}: ${text}`),
          });
          runs.push(run);
          postgres = run.postgres;
          progress(
            `${part.name}, ${under ? 'recorded' : 'bare'}: ${run.results.count('passed')} passed, ` +
              `${run.results.count('failed')} failed, ${run.results.count('skipped')} skipped, ${run.seconds} s, CPU ${run.cpu_seconds} s`,
            true,
          );
        }
      }
      reports.push(reportOf(part, bare, recorded));
    }
    const report: SuiteReport = {
      ...aboutSuite(suite, source, node, flags.byTurns),
      postgres,
      bare_runs: flags.bare,
      recorded_runs: flags.recorded,
      parts: reports,
    };
    console.log(markdown(report));
    if (flags.json) writeFileSync(flags.json, `${JSON.stringify(report, null, 2)}\n`);
    return reports.some(({ differences, doubts }) => differences.length > 0 || doubts.length > 0) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reportOf(part: Part, bare: readonly Run[], recorded: readonly Run[]): PartReport {
  const counts = ({ results, seconds, cpu_seconds }: Run): PartReport['bare'][number] => ({
    passed: results.count('passed'),
    failed: results.count('failed'),
    skipped: results.count('skipped'),
    seconds,
    cpu_seconds,
  });
  const { tests, flaky, differences } = compare(
    bare.map(({ results }) => results),
    recorded.map(({ results }) => results),
  );
  return {
    part: part.name,
    tests,
    bare: bare.map(counts),
    recorded: recorded.map((run) => ({ ...counts(run), ...run.recorded! })),
    flaky,
    differences,
    doubts: [
      ...(tests === 0 ? ['no test was run'] : []),
      ...recorded.flatMap((run) => doubts(run.recorded!, part.asks)),
    ],
    failing: [...bare[0]!.results.messages].map(([test, message]) => ({ test, message })),
  };
}

function aboutSuite(suite: Suite, source: string, node: string, by_turns: boolean): AboutSuite {
  return {
    by_turns,
    suite: suite.title,
    repository: suite.repository,
    version: manifestOf(suite, source).version,
    commit: commitOf(source),
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
  };
}

function manifestOf(suite: Suite, source: string): { readonly version: string } {
  return JSON.parse(readFileSync(join(source, suite.manifest), 'utf8')) as { version: string };
}

function commitOf(source: string): string | null {
  try {
    return execFileSync('git', ['-C', source, 'rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

/** On a terminal one line that changes, otherwise only what is worth keeping. */
function progress(text: string, keep = false): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}${keep ? '\n' : ''}`);
  else if (keep) process.stderr.write(`${text}\n`);
}
