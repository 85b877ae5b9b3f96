import { stripVTControlCharacters } from 'node:util';
import { ProfileBuilder } from '@cowpath/profile';
import { describe, expect, test } from 'vitest';
import { buildReport, type Report, reportLines } from '../../src/report/index.ts';
import { paintOf, widthOf } from '../../src/report/screen.ts';
import {
  bookshop,
  CERTAIN,
  count,
  DOUBTFUL,
  follow,
  forward,
  profileOf,
  query,
  ran,
  reverse,
  table,
} from './profiles.ts';

interface Shown {
  readonly width?: number;
  readonly colour?: boolean;
  readonly plans?: boolean;
  readonly every?: boolean;
}

function show(
  report: Report,
  { width = 140, colour = false, plans = false, every = false }: Shown = {},
): string {
  return `${reportLines(report, { screen: { width, paint: paintOf(colour) }, plans, every }).join('\n')}\n`;
}

function textOf(builder: ProfileBuilder, shown: Shown = {}): string {
  return show(buildReport(profileOf(builder), { path: '.cowpath' }), shown);
}

const report = buildReport(bookshop(), { path: '.cowpath' });

describe('the bookshop', () => {
  test.each([50, 80, 140])('at %d columns', async (width) => {
    await expect(show(report, { width })).toMatchFileSnapshot(`golden/bookshop-${width}.txt`);
  });

  test('one page, with plans', async () => {
    const page = buildReport(bookshop(), { path: '.cowpath', context: 'GET /books' });
    expect(page.contexts.map(({ name }) => name)).toEqual(['GET /books']);
    await expect(show(page, { width: 80, plans: true, every: true })).toMatchFileSnapshot(
      'golden/plans-80.txt',
    );
  });

  test.each([60, 80, 100, 120, 160])('no line is wider than %d columns', (width) => {
    for (const plans of [false, true]) {
      for (const line of show(report, { width, plans }).split('\n')) {
        expect(widthOf(line), line).toBeLessThanOrEqual(width);
        expect(line).toBe(line.trimEnd());
      }
    }
  });

  test('colour changes no character', () => {
    const coloured = show(report, { colour: true });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(show(report));
  });

  test('the rule is printed once', () => {
    expect(show(report, { width: 1000 }).split(report.rule.text)).toHaveLength(2);
  });
});

describe('names', () => {
  test('have their schema when there are several, their database when there are several', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 1, 10);
    const add = (name: string, schema: string | null, database: string): void => {
      count(builder.origin(page, query(table(name, schema, database), ['id'])), page, { queries: 1, ms: 1 });
    };
    add('book', 'public', 'shop');
    add('stock', 'warehouse', 'shop');
    add('tag', null, 'shop');
    const one = textOf(builder);
    expect(one).toMatch(/^ {2}book /m);
    expect(one).toMatch(/^ {2}warehouse\.stock /m);
    expect(one).toMatch(/^ {2}tag /m);
    add('event', 'public', 'log');
    const two = textOf(builder);
    expect(two).toMatch(/^ {2}shop:book /m);
    expect(two).toMatch(/^ {2}shop:warehouse\.stock /m);
    expect(two).toMatch(/^ {2}log:event /m);
  });

  test('leave out a single schema, which is said once', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 1, 10);
    count(builder.origin(page, query(table('book', 'shop'), ['id'])), page, { queries: 1, ms: 1 });
    expect(textOf(builder)).toMatch(/^bookshop, schema shop, /);
    expect(textOf(builder)).toMatch(/^ {2}book {2}by id /m);
  });

  test('of references say how they lead', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 1, 10);
    const book = count(builder.origin(page, query(table('book'))), page, { queries: 1, ms: 1 });
    const both = forward('book', 'series_id', 'poster', {
      to_columns: ['series_id'],
      holder: 'both',
      many: true,
    });
    const composite = forward('book', 'x', 'edition', { from_columns: ['tenant_id', 'edition_id'] });
    const either = reverse('review', 'book_id', 'book', { or_columns: [['old_id']] });
    const through = reverse('tag', 'book_id', 'book', { via: table('book_tag') });
    const cover = reverse('cover', 'book_id', 'book', { many: false });
    for (const reference of [both, composite, either, through, cover])
      count(follow(builder, page, book, reference), page, { queries: 1, ms: 1 });
    const text = textOf(builder);
    expect(text).toMatch(/─ poster\[\] +poster\.series_id = book\.series_id +1 query/);
    expect(text).toMatch(/─ edition +book\.\(tenant_id, edition_id\) +1 query/);
    expect(text).toMatch(/─ review\[\] +review\.book_id = book\.id or book\.old_id +1 query/);
    expect(text).toMatch(/─ tag\[\] +through book_tag +1 query/);
    expect(text).toMatch(/─ cover +cover\.book_id +1 query/);
  });

  test('that are hostile are shown, and not obeyed', () => {
    const builder = new ProfileBuilder();
    const evil = '\u001b[2J\u001b]0;owned\u0007\r\n\u202e\u009b31m';
    const page = ran(builder, [`GET ${evil}`], 1, 10);
    const book = count(builder.origin(page, query(table(evil, evil), [evil], [evil])), page, {
      queries: 1,
      ms: 1,
    });
    book.sawStatement('v1:1');
    builder.statement('v1:1', evil);
    count(follow(builder, page, book, forward(evil, evil, evil)), page, {
      queries: 50,
      ms: 1,
      place: [evil],
    });
    const opaque = count(builder.origin(page, { kind: 'opaque', because: evil }), page, {
      queries: 1,
      ms: 1,
    });
    opaque.sawStatement('v1:1');
    builder.note(evil);
    for (const width of [40, 80, 160]) {
      const profile = profileOf(builder, { programs: [evil] });
      const text = show(buildReport(profile, { path: evil }), { width, plans: true, every: true });
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
      expect(text).toContain('\\u{1b}');
    }
  });

  test('of any script stand in columns', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['GET /図書'], 1, 10);
    for (const name of ['図書館', 'Bücher', 'книга', 'b'])
      count(builder.origin(page, query(table(name), ['id'])), page, { queries: 1, ms: 1 });
    const lines = textOf(builder)
      .split('\n')
      .filter((line) => line.includes('by id'));
    expect(lines).toHaveLength(4);
    const columns = lines.map((line) => widthOf(line.slice(0, line.indexOf('by id'))));
    expect(new Set(columns).size).toBe(1);
  });
});

describe('remarks', () => {
  test('where a follow is issued, if elsewhere', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 1, 10);
    const book = count(builder.origin(page, query(table('book'))), page, { queries: 1, ms: 1 });
    const author = follow(builder, page, book, forward('book', 'author_id', 'author'));
    count(author, page, { queries: 6, ms: 0.01 });
    count(author, page, { queries: 3, ms: 0.01, place: ['page', 'sidebar'] });
    count(author, page, { queries: 1, ms: 0.01, place: ['job', 'mail'] });
    const text = textOf(builder);
    expect(text).toMatch(/author .* 30 % in sidebar, 10 % in job > mail$/m);
    expect(text).toMatch(/^job > mail .*\n {2}its queries follow objects loaded in page$/m);
  });

  test('what may have been followed', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 1, 10);
    const book = count(builder.origin(page, query(table('book'))), page, { queries: 1, ms: 1 });
    const add = (reference: Parameters<typeof builder.follow>[2]): void => {
      const step = builder.follow(page, book, reference);
      step.addEvidence(DOUBTFUL);
      count(step, page, { queries: 1, ms: 1 });
    };
    add(forward('book', 'author_id', 'author'));
    add(reverse('review', 'book_id', 'book'));
    add(reverse('tag', 'book_id', 'book', { via: table('book_tag') }));
    const text = textOf(builder);
    expect(text).toMatch(/author .* maybe from book\.author_id$/m);
    expect(text).toMatch(/review .* maybe from book by review\.book_id$/m);
    expect(text).toMatch(/tag .* maybe from book through book_tag$/m);
    expect(text).toContain('maybe from: values match');
  });

  test('an ambiguous reference that is worn says so', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 10, 10);
    const book = count(builder.origin(page, query(table('book'))), page, { queries: 10, ms: 1 });
    const either = forward('book', 'author_id', 'author', { or_columns: [['editor_id']] });
    count(follow(builder, page, book, either), page, { queries: 500, ms: 0.2 });
    expect(textOf(builder)).toMatch(
      /author +book\.author_id or book\.editor_id .* worn, by whichever column: one batch saves/,
    );
  });

  test('many trails are cut, unless all are asked for', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 1, 10);
    for (let i = 0; i < 12; i++)
      count(builder.origin(page, query(table(`t${i}`))), page, { queries: 1, ms: 12 - i });
    const text = textOf(builder);
    expect(text).toContain('… and 4 more trails, 13 % of its time; --context "page" shows all');
    expect(text).not.toContain('t8 ');
    expect(textOf(builder, { every: true })).toContain('t11 ');
  });

  test('contexts beyond the top are counted', () => {
    const top = buildReport(bookshop(), { path: '.cowpath', top: 2 });
    expect(top.contexts.map(({ name }) => name)).toEqual(['GET /books', 'GET /categories']);
    expect(show(top)).toContain('… and 7 more contexts; --top 9 shows all');
  });

  test('a note that is not known is shown by its code', () => {
    const builder = new ProfileBuilder();
    ran(builder, ['page'], 1, 10);
    builder.note('COWPATH_FROM_THE_FUTURE', 2);
    expect(textOf(builder)).toContain('Note: COWPATH_FROM_THE_FUTURE (2 times)');
  });

  test('nothing worn is said', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 1, 10);
    count(builder.origin(page, query(table('book'))), page, { queries: 1, ms: 1 }).addEvidence(CERTAIN);
    expect(textOf(builder)).toContain('\nNothing is worn.\n');
    expect(textOf(builder)).toContain('\n  nothing worn\n');
  });

  test('a profile in which nothing ran is a report too', () => {
    expect(textOf(new ProfileBuilder())).toContain('0 contexts, 0 queries, 0 µs of database time.');
  });
});
