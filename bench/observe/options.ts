import { resolve, sep } from 'node:path';
import { Option } from 'commander';
import { wholeFrom } from '../command.ts';
import { setupsOf } from './program.ts';

/** What the bare program can be compared with. */
export const SIDES: readonly string[] = Object.keys(setupsOf(false)).filter((name) => name !== 'bare');

export function nodeOption(): Option {
  return (
    new Option('--node <path>', 'the Node that runs the program')
      // The program has a working folder of its own. A name alone is looked for on the PATH.
      .argParser((path) => (path.includes(sep) ? resolve(path) : path))
      .default(process.execPath)
  );
}

export function statementsPerRootOption(): Option {
  return new Option('--statements-per-root <number>', 'in each context; 0: the program opens none')
    .argParser(wholeFrom(0, 100_000))
    .default(0);
}
