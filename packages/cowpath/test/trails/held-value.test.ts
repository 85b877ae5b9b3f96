import { describe, expect, it } from 'vitest';
import { heldValue, isItself } from '../../src/trails/held-value.ts';

describe('heldValue', () => {
  it('holds a small whole number as itself', () => {
    for (const number of [0, 1, 17, -1, 999_999_999, 2 ** 31 - 1, -(2 ** 31)]) {
      expect(heldValue(String(number))).toBe(number);
      expect(isItself(heldValue(String(number)))).toBe(true);
    }
  });

  it('tells everything else from numbers, and from what looks like it', () => {
    const texts = [
      '',
      ' ',
      '-0',
      '007',
      '+1',
      '1e3',
      '0x10',
      '1.0',
      '2147483648',
      '-2147483649',
      '12345678901',
    ];
    const alike = ['a', 'A', 'ab', 'ba', 'a\u0000', '\u0000a', 'é', 'e\u0301', '９', '9007199254740993'];
    const held = [...texts, ...alike].map(heldValue);
    expect(held.filter(isItself)).toEqual([]);
    expect(held.every((value) => value < -(2 ** 31) && Number.isSafeInteger(value))).toBe(true);
    expect(new Set(held).size).toBe(texts.length + alike.length);
    expect([...texts, ...alike].map(heldValue)).toEqual(held);
  });

  // Of 100,000 numbers of 51 bits two are alike with a chance of 2 in a million; of 32 bits, one pair would be.
  it.each([
    { what: 'UUIDs that differ at their end', of: (n: number) => `00000000-0000-4000-8000-${padded(n, 12)}` },
    {
      what: 'UUIDs that differ at their beginning',
      of: (n: number) => `${padded(n, 8)}-0000-4000-8000-000000000000`,
    },
    { what: 'numbers too large for 32 bits', of: (n: number) => String(10_000_000_000 + n) },
    {
      what: 'pairs',
      of: (n: number) => `${String(n % 600).length}:${n % 600},${String(n).length}:${Math.floor(n / 600)}`,
    },
  ])('tells 100,000 texts apart: $what', ({ of }) => {
    const held = new Set<number>();
    for (let n = 0; n < 100_000; n++) held.add(heldValue(of(n)));
    expect(held.size).toBe(100_000);
  });
});

function padded(number: number, length: number): string {
  return number.toString(16).padStart(length, '0');
}
