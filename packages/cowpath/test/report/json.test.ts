import { ProfileBuilder } from '@cowpath/profile';
import { describe, expect, test } from 'vitest';
import { buildReport, type Report, reportJson } from '../../src/report/index.ts';
import { bookshop, count, profileOf, query, ran, table } from './profiles.ts';

function jsonOf(report: Report): string {
  return [...reportJson(report)].join('');
}

describe('the JSON', () => {
  const report = buildReport(bookshop(), { path: '.cowpath' });

  test('of one page', async () => {
    const page = buildReport(bookshop(), {
      path: '.cowpath',
      context: 'GET /books',
      half_life_days: Infinity,
    });
    await expect(jsonOf(page)).toMatchFileSnapshot('golden/books.json.txt');
  });

  test('is the report, whole', () => {
    expect(JSON.parse(jsonOf(report))).toEqual(report);
  });

  test('holds no number that JSON has not', () => {
    expect(jsonOf(report)).not.toMatch(/: null,?\n.*_ms/);
    const walk = (value: unknown): void => {
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
    };
    walk(report);
    walk(buildReport(profileOf(new ProfileBuilder()), { path: '.cowpath' }));
  });

  test('names what is worn, by what it saves', () => {
    const worn = report.worn.map(({ context, name, how }) => [context, name, how]);
    expect(worn).toEqual([
      ['GET /books', 'review[]', 'review.book_id'],
      ['GET /books', 'author', 'book.author_id'],
      ['GET /books', 'publisher', 'book.publisher_id'],
      ['GET /categories', 'category[]', 'category.parent_id  depth 4'],
      ['GET /search > sidebar', 'user', 'review.user_id'],
      ['(start-up)', 'label[]', 'label.locale_id'],
    ]);
    const review = report.worn.find(({ name }) => name === 'review[]');
    expect(review).toMatchObject({ from: 'book.id', to: 'review.book_id', queries_per_run: 50, per: 'run' });
    expect(report.contexts.reduce((sum, { worn: n }) => sum + n, 0)).toBe(report.worn.length);
  });

  test('shares of contexts add up to one, by place and by origin', () => {
    for (const kind of ['own', 'by_origin'] as const) {
      expect(report.contexts.reduce((sum, context) => sum + context[kind].share, 0)).toBeCloseTo(1, 9);
    }
  });

  test('sets the uses of an inner context side by side', () => {
    expect(report.inner).toHaveLength(1);
    expect(report.inner[0]).toMatchObject({
      name: 'sidebar',
      uses: [
        { outer: 'GET /search', runs: 80, queries_per_run: 21, worn: 1 },
        { outer: 'GET /books/:id', runs: 300, queries_per_run: 3, worn: 0 },
      ],
    });
  });

  test('what is worn is of all contexts selected, not only of the top', () => {
    expect(buildReport(bookshop(), { path: '.cowpath', top: 1 }).worn).toEqual(report.worn);
  });

  test('brings no character that a terminal obeys', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['\u009b31m \u202e \u2028 \u001b'], 1, 1);
    count(builder.origin(page, query(table('\u0085'))), page, { queries: 1, ms: 1 });
    const text = jsonOf(buildReport(profileOf(builder), { path: '.cowpath' }));
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
    expect((JSON.parse(text) as Report).contexts[0]!.name).toBe('\u009b31m \u202e \u2028 \u001b');
  });
});

describe('selecting contexts', () => {
  const named = (context: string): string[] =>
    buildReport(bookshop(), { path: '.cowpath', context }).contexts.map(({ name }) => name);

  test('a whole name comes before a part of one', () => {
    expect(named('GET /books')).toEqual(['GET /books']);
    expect(named('GET /books/:id')).toEqual(['GET /books/:id', 'GET /books/:id > sidebar']);
    expect(named('sidebar')).toEqual(['GET /search > sidebar', 'GET /books/:id > sidebar']);
    expect(named('GET /books/:id > sidebar')).toEqual(['GET /books/:id > sidebar']);
  });

  test('a part is looked for in any case', () => {
    expect(named('get /book')).toEqual(['GET /books', 'GET /books/:id', 'GET /books/:id > sidebar']);
  });

  test('none is an error that names those there are', () => {
    expect(() => named('nowhere')).toThrow(
      expect.objectContaining({
        code: 'COWPATH_NO_CONTEXT',
        message: expect.stringContaining('"GET /books"'),
      }),
    );
  });
});
