import { describe, expect, test } from 'vitest';
import { count, counted, moment, percent, time } from '../../src/report/units.ts';

describe('units', () => {
  test.each([
    [0, '0'],
    [0.004, '<0.1'],
    [0.3, '0.3'],
    [1, '1'],
    [2.46, '2.5'],
    [9.94, '9.9'],
    [9.96, '10'],
    [152.4, '152'],
    [1204, '1,204'],
    [1e9, '1,000,000,000'],
  ])('count %d is %s', (n, text) => expect(count(n)).toBe(text));

  test.each([
    [1, '1 query'],
    [1.04, '1 query'],
    [0, '0 queries'],
    [0.5, '0.5 queries'],
    [50, '50 queries'],
  ])('%d queries', (n, text) => expect(counted(n, 'query', 'queries')).toBe(text));

  test.each([
    [0, '0 µs'],
    [0.21, '210 µs'],
    [0.9994, '999 µs'],
    [0.9996, '1.0 ms'],
    [13.94, '13.9 ms'],
    [99.96, '100 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [9994, '9.99 s'],
    [61_300, '61.3 s'],
    [99_960, '1.7 min'],
    [3_600_000, '60.0 min'],
    [7_200_000, '2 h'],
    [1e9, '277.8 h'],
  ])('%d ms is %s', (ms, text) => expect(time(ms)).toBe(text));

  test.each([
    [0, '0 %'],
    [0.0001, '<0.1 %'],
    [0.0041, '0.4 %'],
    [0.042, '4.2 %'],
    [0.61, '61 %'],
    [1, '100 %'],
  ])('share %d is %s', (share, text) => expect(percent(share)).toBe(text));

  test('moments are in minutes', () => {
    expect(moment(new Date(Date.UTC(2026, 10, 21, 8, 12, 59)).toISOString())).toBe('2026-11-21 08:12');
  });
});
