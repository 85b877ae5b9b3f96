import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Ended, endedHow } from './program.ts';
import { Results, type State } from './suite.ts';

interface MochaTest {
  readonly fullTitle: string;
  readonly file?: string | null;
  readonly err?: { readonly message?: string };
}

interface MochaReport {
  readonly passes: readonly MochaTest[];
  readonly failures: readonly MochaTest[];
  readonly pending: readonly MochaTest[];
}

/** Runs mocha with its own JSON reporter. `run` starts Node with these arguments in the folder. */
export async function runMocha(
  folder: string,
  args: readonly string[],
  scratch: string,
  run: (args: readonly string[]) => Promise<Ended>,
): Promise<Results> {
  const report = join(scratch, 'mocha.json');
  rmSync(report, { force: true });
  const ended = await run([
    mochaOf(folder),
    ...['--reporter', 'json', '--reporter-option', `output=${report}`],
    ...args,
  ]);
  const results = new Results();
  if (!existsSync(report)) {
    results.add('(mocha)', 'failed', `no report; ${endedHow(ended)}:\n${ended.output.slice(-2000)}`);
    return results;
  }
  const { passes, failures, pending } = JSON.parse(readFileSync(report, 'utf8')) as MochaReport;
  const add = (tests: readonly MochaTest[], state: State): void => {
    for (const { fullTitle, file, err } of tests) {
      results.add(`${file ? `${relative(folder, file)}: ` : ''}${fullTitle}`, state, err?.message);
    }
  };
  add(passes, 'passed');
  add(failures, 'failed');
  add(pending, 'skipped');
  // Mocha's exit code is the number of failures (at most 255): anything else is news.
  const good = ended.code === Math.min(failures.length, 255);
  results.add('(mocha)', good ? 'passed' : 'failed', good ? undefined : endedHow(ended));
  return results;
}

/** The mocha that the folder's own scripts would run. */
function mochaOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'node_modules', 'mocha', 'bin', 'mocha.js');
    if (existsSync(file)) return file;
    if (dirname(at) === at) throw new Error(`There is no mocha in ${folder} or above it.`);
  }
}
