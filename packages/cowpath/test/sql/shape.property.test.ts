import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, lex, literalText, loadParser, shapeOf } from '../../src/sql/index.ts';

await loadParser();

const soak = process.env.COWPATH_SOAK !== undefined;
const runs = soak ? 20_000 : 1_000;
const options = { timeout: soak ? 600_000 : 60_000 };

/** A literal as a program may write it, and the value that it holds. Every text holds the canary. */
interface Written {
  readonly sql: string;
  readonly value: string;
}

const CANARY = 'zqx7';

const content = fc
  .array(
    fc.constantFrom(
      CANARY,
      "'",
      '"',
      '\\',
      '$',
      '$$',
      '$1',
      '--',
      '/*',
      '*/',
      ';',
      '\n',
      ' ',
      'é',
      '😀',
      'in (',
      ')',
      ',',
      '?',
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => CANARY + parts.join(''));

const string = content.map((value): Written => ({ sql: `'${value.replaceAll("'", "''")}'`, value }));
const escaped = content.map(
  (value): Written => ({
    sql: `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`,
    value,
  }),
);
const dollar = content
  .filter((value) => !value.includes('$'))
  .chain((value) =>
    fc.constantFrom('$$', '$t$', '$_é1$').map((tag): Written => ({ sql: tag + value + tag, value })),
  );
const number = fc
  .tuple(fc.nat({ max: 99_999 }), fc.constantFrom('', '-', '- '), fc.constantFrom('', '.5', '.25'))
  .map(([n, minus, fraction]): Written => {
    const digits = `7301${n}${fraction}`;
    return { sql: minus + digits, value: minus.trim() + digits };
  });
const literal = fc.oneof(string, escaped, dollar, number);

/** Parts of a statement: text that stays, one value, or a list of values. */
type Part = string | { readonly one: Written } | { readonly list: readonly Written[] };

const one = literal.map((each): Part => ({ one: each }));
const listOf = (element: fc.Arbitrary<Written>): fc.Arbitrary<Part> =>
  fc.array(element, { minLength: 1, maxLength: 6 }).map((list): Part => ({ list }));
const list = fc.oneof(listOf(string), listOf(number));

const condition = fc.oneof(
  one.map((value): Part[] => ['"Col é" =', value]),
  one.map((value): Part[] => ['t . "x" >', value]),
  list.map((values): Part[] => ['y in (', values, ')']),
  list.map((values): Part[] => ['y not in (', values, ')']),
  list.map((values): Part[] => ['z = any ( array [', values, '] )']),
  fc.tuple(one, one).map(([low, high]): Part[] => ['w between', low, 'and', high]),
  one.map((value): Part[] => ['lower ( v ) = lower (', value, ')']),
  one.map((value): Part[] => ['exists ( select', value, 'from u )']),
);

const statement: fc.Arbitrary<Part[]> = fc
  .tuple(fc.array(one, { maxLength: 3 }), fc.array(condition, { minLength: 1, maxLength: 4 }), fc.option(one))
  .map(([selected, conditions, limit]) => [
    'select a',
    ...selected.flatMap((each): Part[] => [',', each]),
    'from "Table $$" t where',
    ...conditions.flatMap((each, i): Part[] => (i === 0 ? each : ['and', ...each])),
    ...(limit ? ['limit', limit] : []),
  ]);

/** White space and comments between tokens; comments hold the canary too, as those of sqlcommenter do. */
const blank = fc.constantFrom(
  ' ',
  '\n',
  '\t ',
  `/* ${CANARY} ' */`,
  `-- ${CANARY} "\n`,
  '/* a /* b */ $$ */',
);

const upper = (text: string): string =>
  text.replace(/"[^"]*"|[a-z]+/g, (word) => (word.startsWith('"') ? word : word.toUpperCase()));

function written(parts: readonly Part[], blanks: readonly string[], shout = false): string {
  let i = 0;
  const next = (): string => blanks[i++ % blanks.length] ?? ' ';
  return parts
    .map((part) => {
      if (typeof part === 'string')
        return (shout ? upper(part) : part)
          .split(' ')
          .map((word) => word)
          .join(' ');
      return 'one' in part ? part.one.sql : part.list.map(({ sql }) => sql).join(`${next()},${next()}`);
    })
    .map((text) => text + next())
    .join('');
}

function values(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    return 'one' in part ? [part.one.value] : part.list.map(({ value }) => value);
  });
}

describe('random statements', options, () => {
  it('lose no literal and leak none, whatever the format', () => {
    fc.assert(
      fc.property(statement, fc.array(blank, { minLength: 1, maxLength: 5 }), (parts, blanks) => {
        const text = written(parts, blanks);
        const lexed = lex(text);
        const shape = shapeOf(lexed);
        expect(lexed.occurrences.map((each) => literalText(text, each))).toEqual(values(parts));
        for (const held of [lexed.key, shape.text, shape.canonical]) {
          expect(held).not.toContain(CANARY);
          expect(held).not.toContain('7301');
        }
      }),
      { numRuns: runs },
    );
  });

  it('keep offsets at the literal, also after characters of two code units', () => {
    fc.assert(
      fc.property(statement, (parts) => {
        const text = written(parts, [' ']);
        const sql = parts.flatMap((part) =>
          typeof part === 'string' ? [] : 'one' in part ? [part.one.sql] : part.list.map((each) => each.sql),
        );
        expect(lex(text).occurrences.map(({ start, end }) => text.slice(start, end))).toEqual(sql);
      }),
      { numRuns: runs },
    );
  });

  it('have one shape whatever their format, values and lengths of lists', () => {
    const other = fc.constantFrom('1', "'x'", '-2.5', '$$q$$', "E'\\''");
    fc.assert(
      fc.property(
        statement,
        fc.array(blank, { minLength: 1, maxLength: 5 }),
        fc.array(other, { minLength: 1 }),
        (parts, blanks, others) => {
          let i = 0;
          const replaced = parts.map((part): Part => {
            if (typeof part === 'string') return part;
            const next = (): Written => ({ sql: others[i++ % others.length] ?? '1', value: '' });
            return 'one' in part
              ? { one: next() }
              : { list: [...part.list.slice(1).map(next), next(), next()] };
          });
          const first = shapeOf(lex(written(parts, [' '])));
          const second = shapeOf(lex(written(replaced, blanks, true)));
          expect(second.text).toBe(first.text);
          expect(second.hash).toBe(first.hash);
        },
      ),
      { numRuns: runs },
    );
  });

  it('are parsed by Postgres in their canonical form', () => {
    fc.assert(
      fc.property(statement, (parts) => {
        const analysis = analyse(shapeOf(lex(written(parts, [' ']))));
        expect(analysis.opaqueBecause).toBeNull();
      }),
      { numRuns: Math.ceil(runs / 5) },
    );
  });
});

describe('any text at all', options, () => {
  it('is read without an error, twice the same', () => {
    const token = fc.constantFrom(
      "'",
      '"',
      '$',
      '$$',
      '(',
      ')',
      '[',
      ']',
      ',',
      ';',
      '-',
      '--',
      '/*',
      '*/',
      '\n',
      ' ',
      'in',
      'values',
      'array',
      'e',
      "U&'",
      '1',
      '.',
      '\\',
      '\u0001',
      'é',
      ':',
      '$1',
      '?',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(token).map((parts) => parts.join('')),
        ),
        (text) => {
          const lexed = lex(text);
          for (const occurrence of lexed.occurrences) {
            expect(typeof literalText(text, occurrence)).toBe('string');
            expect(occurrence.slot).toBeLessThan(lexed.slots);
            expect(occurrence.start).toBeLessThan(occurrence.end);
          }
          expect(shapeOf(lex(text)).hash).toBe(shapeOf(lexed).hash);
          analyse(shapeOf(lexed));
        },
      ),
      { numRuns: runs },
    );
  });

  it('has a shape that reads as itself: nothing in it is taken for a value but the marks of slots', () => {
    fc.assert(
      fc.property(statement, (parts) => {
        const { text } = shapeOf(lex(written(parts, [' '])));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the marks of a key are control characters
        expect(text).not.toMatch(/['\u0000-\u001f]/);
        expect(lex(text).occurrences.filter(({ kind }) => kind !== 'parameter')).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});
