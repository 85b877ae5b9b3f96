import { randomInt } from 'node:crypto';

/**
 * A text as it is held for long, only to be told from others: a small whole number, written as the database writes
 * it, is held as itself, which takes no memory of its own; all else as a number that its characters are mixed into. Two
 * different ones of 20,000 in a root have the same number with a chance of one in ten million.
 */
export type HeldValue = number;

const DIGITS_MAX = 11;
const HIGH_BITS = 0x7ffff;
/** No program, and nobody who knows its values, can tell which texts would be taken for each other. */
const [SEED_LOW, SEED_HIGH] = [randomInt(2 ** 32), randomInt(2 ** 32)];

export function heldValue(value: string): HeldValue {
  if (value.length <= DIGITS_MAX) {
    const number = Number(value);
    if ((number | 0) === number && String(number) === value) return number;
  }
  return mixed(value);
}

/** Whether a value is held as itself. */
export function isItself(value: HeldValue): boolean {
  return (value | 0) === value;
}

/** A number of 51 bits, below all that are held as themselves. */
function mixed(text: string): number {
  let low = SEED_LOW;
  let high = SEED_HIGH;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ code, 0x85ebca6b);
    high ^= high >>> 13;
  }
  low = finished(low ^ text.length);
  high = finished(high ^ text.length);
  return -(2 ** 31) - 1 - ((high & HIGH_BITS) * 2 ** 32 + low);
}

/** The finaliser of MurmurHash3: every bit comes to bear on every other. */
function finished(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
