import { InvalidArgumentError } from 'commander';

/** For commander: a whole number in bounds, so that `--port 80x` is an error and not 80. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}.`);
    return value;
  };
}
