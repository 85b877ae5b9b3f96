import { Command, InvalidArgumentError } from 'commander';

export interface BenchProgram {
  /** As it is called: `bench/load/tools.ts`. */
  readonly file: string;
  /** What it measures, against what. */
  readonly measures: string;
  /** How long it takes as it is: `Takes …`. */
  readonly takes: string;
  /** Whole command lines; after `#`, what they are for. */
  readonly examples: readonly string[];
}

/**
 * The command line of a bench program. Whoever asks for help starts nothing and gets exit code 0; an option or
 * an argument that it does not know, or a number out of bounds, starts nothing and gets exit code 2.
 */
export function benchCommand({ file, measures, takes, examples }: BenchProgram): Command {
  const lines = examples.map((example) => `  $ ${example}`);
  return new Command(file)
    .usage('[options]')
    .description(`${measures}\n\n${takes}`)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
    .showHelpAfterError('(--help shows what it knows)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

/** For commander: a number in bounds, so that a slip of the keys is an error and not NaN. */
export function numberFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max))
      throw new InvalidArgumentError(`expected a number from ${min} to ${max}.`);
    return value;
  };
}

/** The same, whole. */
export function wholeFrom(min: number, max: number): (text: string) => number {
  const number = numberFrom(min, max);
  return (text) => {
    const value = number(text);
    if (!Number.isInteger(value))
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** Several of them, with commas between. */
export function listOf(one: (text: string) => number): (text: string) => number[] {
  return (text) => text.split(',').map(one);
}
