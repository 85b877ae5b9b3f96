import { ProfileBuilder, type Step } from '@cowpath/profile';
import { describe, expect, test } from 'vitest';
import { buildReport, type Report, type ReportStep, reportLines } from '../../src/report/index.ts';
import { paintOf } from '../../src/report/screen.ts';
import { count, type Frames, follow, forward, from, profileOf, query, ran, table } from './profiles.ts';

/** A page that follows some references in loops, each from the frames given. */
function pageOf(places: Readonly<Record<string, readonly (readonly [Frames, number])[]>>): Report {
  const builder = new ProfileBuilder();
  const context = ran(builder, ['GET /'], 10, 50);
  const book = count(builder.origin(context, query(table('book'))), context, { queries: 10, ms: 1 });
  for (const [name, sites] of Object.entries(places)) {
    const step: Step = follow(builder, context, book, forward('book', `${name}_id`, name));
    count(step, context, { queries: 500, ms: 0.2 });
    step.sawStatement(`v1:${name}`);
    for (const [frames, samples] of sites) from(step, context, frames, samples);
  }
  return buildReport(profileOf(builder), { path: '.cowpath' });
}

function stepOf(report: Report, name: string): ReportStep {
  return report.contexts[0]!.trails[0]!.children.find((step) => step.name === name)!;
}

function linesOf(report: Report, width = 100): string[] {
  const options = { screen: { width, paint: paintOf(false) }, plans: false, every: true };
  return reportLines(report, options)
    .filter((line) => /^[\s│]+(from |…)/.test(line))
    .map((line) => line.replace(/^[\s│├└─]+/, ''));
}

describe('where queries come from', () => {
  test('stands under a worn step', () => {
    const report = pageOf({ author: [[[['src/book.ts', 31, 'load']], 5]] });
    expect(linesOf(report)).toEqual(['from src/book.ts:31 load']);
    expect(report.worn[0]!.site).toMatchObject({ file: 'src/book.ts', line: 31, function: 'load', share: 1 });
  });

  test('the most frequent place is named, and that there are others', () => {
    const report = pageOf({
      author: [
        [[['src/a.ts', 1, null]], 2],
        [[['src/b.ts', 2, 'b']], 5],
        [[['src/c.ts', 3, 'c']], 1],
      ],
    });
    expect(linesOf(report)).toEqual(['from src/b.ts:2 b (and 2 other places)']);
    expect(stepOf(report, 'author').sites.map(({ file, share }) => [file, share])).toEqual([
      ['src/b.ts', 5 / 8],
      ['src/a.ts', 2 / 8],
      ['src/c.ts', 1 / 8],
    ]);
  });

  test('one line reached from several is one place', () => {
    const via = (line: number): Frames => [
      ['src/a.ts', 1, 'a'],
      ['src/b.ts', line, 'b'],
    ];
    const report = pageOf({
      author: [
        [via(2), 2],
        [via(3), 2],
      ],
    });
    expect(linesOf(report)).toEqual(['from src/a.ts:1 a']);
  });

  test('what is unknown is said, and never shown as a place', () => {
    const report = pageOf({
      author: [
        [[], 3],
        [[['src/a.ts', 1, null]], 1],
      ],
      tag: [[[], 9]],
    });
    expect(linesOf(report)).toEqual(['from src/a.ts:1 (and unknown places)']);
    expect(stepOf(report, 'author').sites_unknown_share).toBe(3 / 4);
    expect(stepOf(report, 'tag')).toMatchObject({ sites: [], sites_unknown_share: 1 });
  });

  test("a helper that issues everybody's statements is not the place: its callers are", () => {
    const db = ['src/db.ts', 4, 'query'] as const;
    const repository = ['src/repository.ts', 9, 'one'] as const;
    const report = pageOf({
      author: [[[db, ['src/book.ts', 31, 'load']], 5]],
      tag: [[[db, repository, ['src/book.ts', 40, 'tags']], 5]],
      user: [[[db, repository, ['src/book.ts', 50, 'users']], 5]],
      shelf: [[[db, repository, ['src/book.ts', 60, 'shelves']], 5]],
      price: [[[db, ['src/book.ts', 70, 'prices']], 5]],
    });
    expect(linesOf(report).sort()).toEqual([
      'from src/book.ts:31 load',
      'from src/book.ts:40 tags',
      'from src/book.ts:50 users',
      'from src/book.ts:60 shelves',
      'from src/book.ts:70 prices',
    ]);
    expect(stepOf(report, 'tag').sites[0]!.through).toMatchObject([{ line: 4 }, { line: 9 }]);
  });

  test('a line that issues several statements for one caller is a place', () => {
    const page = (line: number): Frames => [
      ['src/page.ts', 12, 'page'],
      ['src/server.ts', line, null],
    ];
    const report = pageOf({ author: [[page(5), 5]], tag: [[page(5), 5]], user: [[page(5), 5]] });
    expect(new Set(linesOf(report))).toEqual(new Set(['from src/page.ts:12 page']));
  });

  test('where it is narrow the line stays; hostile names are made harmless', () => {
    const file = `src/${'deep/'.repeat(20)}page.ts`;
    const report = pageOf({ author: [[[[file, 31, 'load\u001b[31m']], 5]] });
    const [narrow] = linesOf(report, 60);
    expect(narrow).toMatch(/^….*page\.ts:31$/);
    expect(linesOf(report, 200)).toEqual([`from ${file}:31 load\\u{1b}[31m`]);
  });
});
