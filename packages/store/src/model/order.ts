import type { Scalar } from './datatypes.ts';

/**
 * Order by Unicode code point, which is the order of UTF-8 bytes, of SQLite's BINARY and Postgres's "C".
 * JavaScript's own `<` compares UTF-16 units and puts U+E000 to U+FFFF after the characters beyond them.
 */
function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Moves surrogates above all other units. In well-formed strings the first difference then decides. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  if (unit >= 0xd800) return unit + 0x2000;
  return unit;
}

/** Values of one datatype. An absent value (null) is less than every other. */
export function compareScalars(a: Scalar | null, b: Scalar | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  if (typeof a === 'string') return compareStrings(a, b as string);
  return a - (b as number);
}
