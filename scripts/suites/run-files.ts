import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, endedHow } from './program.ts';
import { Results } from './suite.ts';

/** The marks that node-postgres's own runner ends a test's line with. */
const TEST = /^ {2}(.+?) (✔|\? - SKIPPED|FAILED!)$/;

/** Runs test programs one after another: a result for each, and for each test that one names. */
export async function runFiles(
  folder: string,
  what: {
    readonly folders: readonly string[];
    readonly ending: string;
    readonly args: readonly string[];
    readonly only: string;
  },
  run: (args: readonly string[]) => Promise<Ended>,
  progress: (done: number, all: number) => void,
): Promise<Results> {
  const files = what.folders
    .flatMap((one) =>
      readdirSync(join(folder, one), { recursive: true, encoding: 'utf8' }).map((file) => join(one, file)),
    )
    .filter((file) => file.endsWith(what.ending) && file.includes(what.only))
    .sort();
  const results = new Results();
  for (const [index, file] of files.entries()) {
    progress(index, files.length);
    const ended = await run([file, ...what.args]);
    for (const line of ended.output.split('\n')) {
      const [, name, mark] = TEST.exec(line) ?? [];
      if (name === undefined) continue;
      const state = mark === '✔' ? 'passed' : mark === 'FAILED!' ? 'failed' : 'skipped';
      results.add(`${file}: ${name}`, state);
    }
    const good = ended.code === 0;
    results.add(
      file,
      good ? 'passed' : 'failed',
      good ? undefined : `${endedHow(ended)}:\n${ended.output.slice(-2000)}`,
    );
  }
  return results;
}
