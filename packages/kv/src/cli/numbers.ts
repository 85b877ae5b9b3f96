import { InvalidArgumentError } from 'commander';

/** For commander: a whole number, so that `--port 80x` is an error and not 80. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
}
