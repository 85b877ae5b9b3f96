import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashBookshop, makeBookshop, SEED } from '../src/data/bookshop.ts';
import { Random } from '../src/data/random.ts';
import { Zipf } from '../src/data/zipf.ts';
import type { Manifest } from '../src/manifest/format.ts';

function countBy(keys: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts.values()].sort((a, b) => b - a);
}

describe('the rows', () => {
  const bookshop = makeBookshop();

  test('are the same for the same seed, and others for another', async () => {
    const file = join(import.meta.dirname, '..', 'manifest.json');
    const manifest: Manifest = JSON.parse(await readFile(file, 'utf8'));
    expect(hashBookshop(bookshop)).toBe(manifest.dataSha256);
    expect(hashBookshop(makeBookshop(SEED))).toBe(manifest.dataSha256);
    expect(hashBookshop(makeBookshop(SEED + 1))).not.toBe(manifest.dataSha256);
  });

  test('are as many as the example promises', () => {
    const sizes = Object.fromEntries(Object.entries(bookshop).map(([table, rows]) => [table, rows.length]));
    expect(sizes).toMatchObject({
      author: 2_000,
      publisher: 200,
      user: 5_000,
      book: 20_000,
      review: 100_000,
      category: 91,
      order: 12_000,
    });
  });

  test('that pages are ordered by do not tie', () => {
    expect(new Set(bookshop.book.map(({ title }) => title)).size).toBe(20_000);
    expect(new Set(bookshop.review.map(({ created_at }) => created_at)).size).toBe(100_000);
    expect(new Set(bookshop.category.map(({ name }) => name)).size).toBe(91);
  });

  test('are skewed: the hundredth most reviewed book has its share by Zipf', () => {
    const reviews = countBy(bookshop.review.map(({ book_id }) => book_id));
    const share = 100 ** -0.9;
    expect(reviews[99]! / reviews[0]!).toBeGreaterThan(share / 1.3);
    expect(reviews[99]! / reviews[0]!).toBeLessThan(share * 1.3);
  });
});

describe('Zipf', () => {
  test('gives each rank its probability', () => {
    const random = new Random(1);
    const zipf = new Zipf(['a', 'b', 'c'], 1);
    const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let pick = 0; pick < 11_000; pick++) counts[zipf.pick(random)]!++;
    // 1 : 1/2 : 1/3 is 6 : 3 : 2.
    expect(counts.a! / 1000).toBeCloseTo(6, 0);
    expect(counts.b! / 1000).toBeCloseTo(3, 0);
    expect(counts.c! / 1000).toBeCloseTo(2, 0);
  });

  test('gives distinct elements when asked to, all of them if need be', () => {
    const picked = new Zipf([1, 2, 3, 4], 2).pickDistinct(new Random(2), 4);
    expect(picked.sort()).toEqual([1, 2, 3, 4]);
  });
});
