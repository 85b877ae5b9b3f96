import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean, cut, flow, padEnd, padStart, paintOf, widthOf, wrap } from '../../src/report/screen.ts';

describe('clean', () => {
  test.each([
    ['plain', 'plain'],
    ['Bücher 図書館', 'Bücher 図書館'],
    ['a\u001b[31mb', 'a\\u{1b}[31mb'],
    ['line\nbreak\r', 'line\\u{a}break\\u{d}'],
    ['\u009b31m', '\\u{9b}31m'],
    ['\u202eevil', '\\u{202e}evil'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['half \ud83d', 'half \\u{d83d}'],
    ['whole 😀', 'whole 😀'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
  ])('%j becomes %j', (text, cleaned) => expect(clean(text)).toBe(cleaned));

  test('leaves nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(clean(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe('width', () => {
  test('counts columns, not characters', () => {
    expect(widthOf('図書')).toBe(4);
    expect(widthOf('é')).toBe(1);
    expect(widthOf('e\u0301')).toBe(1);
    expect(padEnd('図', 4)).toBe('図  ');
    expect(padStart('図', 4)).toBe('  図');
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 60 }).map(clean);

  test('cut and wrapped texts keep to it, and a short text is left alone', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 80 }), (given, width) => {
        const short = cut(given, width);
        expect(widthOf(short)).toBeLessThanOrEqual(width);
        if (widthOf(given) <= width) expect(short).toBe(given);
        else expect(short.endsWith('…')).toBe(true);
      }),
    );
  });

  test('wrapping loses no word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/)),
        fc.integer({ min: 12, max: 40 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width);
          expect(lines.join(' ')).toBe(words.join(' '));
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test('a part that is too long has a line of its own', () => {
    expect(flow(['a', 'much too long', 'b'], '   ', 6)).toEqual(['a', 'much too long', 'b']);
    expect(flow([], '   ', 6)).toEqual([]);
  });
});

test('paint colours only when asked to', () => {
  const [off, on] = [paintOf(false), paintOf(true)];
  for (const style of ['title', 'quiet', 'alarm', 'plain'] as const) expect(off[style]('x')).toBe('x');
  expect(on.title('x')).toBe('\u001b[1mx\u001b[22m');
});
