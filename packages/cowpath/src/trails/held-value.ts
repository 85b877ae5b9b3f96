/** A key's value as it is held for long. */
export type HeldValue = string | number;

const DIGITS_MAX = 11;

/** A small whole number, written as the database writes it, is held as one, which takes no memory of its own; all else stays text. */
export function heldValue(value: string): HeldValue {
  if (value.length > DIGITS_MAX) return value;
  const number = Number(value);
  return (number | 0) === number && String(number) === value ? number : value;
}
