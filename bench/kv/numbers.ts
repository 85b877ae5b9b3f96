import { InvalidArgumentError } from 'commander';

/** For commander: a number in bounds, so that a slip of the keys is an error and not NaN. */
export function numberFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max))
      throw new InvalidArgumentError(`expected a number from ${min} to ${max}.`);
    return value;
  };
}
