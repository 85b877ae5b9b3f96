import { describe, expect, it } from 'vitest';
import { TEXT_CHARACTERS_MAX } from '../../src/sql/lexed.ts';
import { literalText } from '../../src/sql/literal-text.ts';
import { lex } from '../../src/sql/literals.ts';
import { shapeOf } from '../../src/sql/shape.ts';

/** The printed shape and the values, parameters as `$n`. */
function read(text: string, backslashQuotes = false): [string, ...string[]] {
  const lexed = lex(text, { backslashQuotes });
  return [shapeOf(lexed).text, ...lexed.occurrences.map((each) => literalText(text, each))];
}

describe('tokens', () => {
  it.each<[string, ...string[]]>([
    // white space, comments, case
    ['SELECT  a ,b FROM  T -- c 1\n WHERE x=1', 'select a, b from t where x = ?', '1'],
    ['select/* a /* nested */ b */1', 'select ?', '1'],
    ['select 1 -- traceparent=00-abc', 'select ?', '1'],
    ['/*app:web*/ select 1 /* unterminated', 'select ?', '1'],
    ['select "A""b", "c d" from "S"."T"', 'select "A""b", "c d" from "S"."T"'],
    ['select ÄÖ, Übung from straße', 'select ÄÖ, Übung from straße'],
    ['select a$1, b$$ from t', 'select a$1, b$$ from t'],
    // strings
    ["select 'a', 'it''s', ''", 'select ?, ?, ?', 'a', "it's", ''],
    ["select 'a\\', 'b'", 'select ?, ?', 'a\\', 'b'],
    ["select e'a\\'b', E'\\x41\\101\\u00e9\\U0001F600\\n\\q'", 'select ?, ?', "a'b", 'AAé😀\nq'],
    ["select e'a''b'", 'select ?', "a'b"],
    ["select U&'d\\0061t\\+000061 \\\\'", 'select ?', 'data \\'],
    ["select u&'d!0061t!!' UESCAPE '!', 1", 'select ?, ?', 'dat!', '1'],
    ["select u&'d!0061t''s' /* c */ uescape /* d */ '!'", 'select ?', "dat's"],
    ["select b'0101', X'1fA', n'abc'", 'select ?, ?, ?', '0101', '000111111010', 'abc'],
    ["select 'a'\n  'b' -- c\n 'd'", 'select ?', 'abd'],
    ["select 'a' 'b'", 'select ? ?', 'a', 'b'],
    ["select e'a\\n'\n'\\x42'", 'select ?', 'a\nB'],
    ["select 'unterminated", 'select ?', 'unterminated'],
    // dollar quotes
    ["select $$a'b$$, $t$x $$ y$t$, $$$$", 'select ?, ?, ?', "a'b", 'x $$ y', ''],
    ['select $é$a$é$', 'select ?', 'a'],
    ['select $$unterminated', 'select ?', 'unterminated'],
    ['do $body$ begin perform 1; end $body$', 'do ?', ' begin perform 1; end '],
    // numbers
    ['select 1, 1.50, .5, 5., 007, 1_000', 'select ?, ?, ?, ?, ?, ?', '1', '1.50', '0.5', '5', '7', '1000'],
    [
      'select 1e3, 1.5e3, 1e-2, 12.5E+1, 0x1F, 0o17, 0b101',
      'select ?, ?, ?, ?, ?, ?, ?',
      '1000',
      '1500',
      '0.01',
      '125',
      '31',
      '15',
      '5',
    ],
    ['select 1e999999', 'select ?', '1e999999'],
    ['select 123secret', 'select ?', '123secret'],
    ['select a[1:2], b[1]', 'select a[? : ?], b[?]', '1', '2', '1'],
    // the unary minus
    [
      'select -5, a-5, a -5, (-5), - 5, 1-1',
      'select ?, a - ?, a - ?, (?), ?, ? - ?',
      '-5',
      '5',
      '5',
      '-5',
      '-5',
      '1',
      '1',
    ],
    [
      'select * from t where a = -5 and b=-.5 and c>- 1',
      'select * from t where a = ? and b = ? and c > ?',
      '-5',
      '-0.5',
      '-1',
    ],
    [
      'where a between -1 and -2 or b in (-3, -4)',
      'where a between ? and ? or b in (?, ...)',
      '-1',
      '-2',
      '-3',
      '-4',
    ],
    ['case when a then -1 else -2 end -3', 'case when a then ? else ? end - ?', '-1', '-2', '3'],
    [
      'select $1 -5, "x" -5, f() -5, a[1] -5, x::int -5',
      'select $1 - ?, "x" - ?, f() - ?, a[?] - ?, x::int - ?',
      '$1',
      '5',
      '5',
      '5',
      '1',
      '5',
      '5',
    ],
    ['select -0, -0.0', 'select ?, ?', '0', '0.0'],
    ['limit -1', 'limit ?', '-1'],
    // operators
    [
      "select a->>'b', c#>'{x,1}', d @> '{}', e ? 'f', g ?| array['h','i']",
      'select a ->> ?, c #> ?, d @> ?, e ? ?, g ?| array[?, ...]',
      'b',
      '{x,1}',
      '{}',
      'f',
      'h',
      'i',
    ],
    ['select a<=-1, b@-1, c||-1', 'select a <= ?, b @- ?, c ||- ?', '-1', '1', '1'],
    ['select a*-1 from t', 'select a * ? from t', '-1'],
    ['select 1+--comment\n2', 'select ? + ?', '1', '2'],
    ['select x::text, f(y := 1, z => 2)', 'select x::text, f(y := ?, z => ?)', '1', '2'],
    // parameters
    ['select $1, $2::int, $10', 'select $1, $2::int, $3', '$1', '$2', '$10'],
    ['where a=$3 and b=$1', 'where a = $1 and b = $2', '$3', '$1'],
    // lists
    ['where a in (1,2 , 3) and b = $1', 'where a in (?, ...) and b = $1', '1', '2', '3', '$1'],
    ['where a in ($1) and b = $2', 'where a in ($1, ...) and b = $2', '$1', '$2'],
    ['where a in ($1, $2, 5)', 'where a in ($1, ?, ...)', '$1', '$2', '5'],
    ['where a in ($1::uuid, $2::uuid)', 'where a in ($1::uuid, ...)', '$1', '$2'],
    ['where (a,b) in ((1,2),(3,4))', 'where (a, b) in ((?, ?), ...)', '1', '2', '3', '4'],
    ['where a = any(array[1,2,3])', 'where a = any(array[?, ...])', '1', '2', '3'],
    ['where a in (b, c)', 'where a in (b, c)'],
    ['where a in (select 1, 1)', 'where a in (select ?, ?)', '1', '1'],
    [
      'where a in (/* c */ with x as (select 1) select 1, 1)',
      'where a in (with x as (select ?) select ?, ?)',
      '1',
      '1',
      '1',
    ],
    [
      "insert into t values (1,'a'),(2,null),(3,'c'),(4,null) returning id",
      'insert into t values (?, ?), (?, null), ... returning id',
      '1',
      'a',
      '2',
      '3',
      'c',
      '4',
    ],
    ['insert into t(a) values (default), (default)', 'insert into t(a) values (default)'],
    [
      'insert into t(a) values (f(1, (2))), (f(3, (4)))',
      'insert into t(a) values (f(?, (?))), ...',
      '1',
      '2',
      '3',
      '4',
    ],
    ['from (values (1),(2)) as v(x), u', 'from (values (?), ...) as v(x), u', '1', '2'],
    ['select (values (1)), 2', 'select (values (?), ...), ?', '1', '2'],
    ['update t set "values" = 1, x = (2)', 'update t set "values" = ?, x = (?)', '1', '2'],
    // names that are values
    ['SET app.tenant TO acme', 'set app.tenant to ?'],
    ['set local search_path = "t é 1", public', 'set local search_path = ?, ?'],
    ["set local app.user = 'x'", 'set local app.user = ?', 'x'],
    ['set session authorization bob', 'set session authorization ?'],
    ['set role "acme_7"', 'set role ?'],
    ['set transaction isolation level serializable', 'set transaction isolation level serializable'],
    ['SAVEPOINT trx17;', 'savepoint ?;'],
    ['release "sp_1"', 'release ?'],
    ['ROLLBACK TO SAVEPOINT typeorm_3', 'rollback to savepoint ?'],
    ['rollback', 'rollback'],
    ['select savepoint from set', 'select savepoint from set'],
    ['select U&"d!0061" /* c */ UESCAPE \'!\', 1', 'select U&"d!0061" uescape \'!\', ?', '1'],
    ['select U&"d" uescape \'secret\'', 'select U&"d" uescape ?', 'secret'],
    // several statements, nothing at all
    ['select 1; select 2;', 'select ?; select ?;', '1', '2'],
    ['', ''],
    [' -- nothing', ''],
    ['\u0000\u0001 select\u00021', 'select ?', '1'],
    ['select "a\u0001b"', 'select "a b"'],
  ])('%s', (text, ...expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('takes a backslash for an escape in plain strings only where the session says so', () => {
    expect(read("select 'it\\'s', 'x'", true)).toEqual(['select ?, ?', "it's", 'x']);
    expect(read("select 'a\\', 'x'", false)).toEqual(['select ?, ?', 'a\\', 'x']);
  });

  it('numbers slots by the shape and elements by the list', () => {
    const text = "insert into t values (1,'a'),(2,null),(3,'c') on conflict (x) do update set y = $1";
    const lexed = lex(text);
    expect(lexed.slots).toBe(4);
    expect(lexed.listLengths).toEqual([3]);
    expect(lexed.occurrences.map(({ slot, row, list }) => [slot, row, list])).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [2, 1, 0],
      [0, 2, 0],
      [1, 2, 0],
      [3, 0, -1],
    ]);
  });

  it('gives UTF-16 offsets of the whole literal, its minus sign included', () => {
    const text = "select 'ä😀', - /* c */ 5, '😀' , $2";
    expect(lex(text).occurrences.map(({ start, end }) => text.slice(start, end))).toEqual([
      "'ä😀'",
      '- /* c */ 5',
      "'😀'",
      '$2',
    ]);
  });
});

describe('hostile texts', () => {
  const size = 200_000;
  it.each([
    ['brackets', 'in ('.repeat(size / 4)],
    ['closing brackets', ')]'.repeat(size / 2)],
    ['lists in lists', `select ${'a in (1, array[2, '.repeat(size / 20)}`],
    ['values in values', 'values (('.repeat(size / 9)],
    ['a list of distinct forms', `in (${Array.from({ length: size / 10 }, (_, i) => `f${i}(1)`).join(',')})`],
    [
      'a list of long equal forms',
      `in (${Array.from({ length: 100 }, () => `${'g('.repeat(500)}1${')'.repeat(500)}`).join(',')})`,
    ],
    ['comments', '/*'.repeat(size / 2)],
    ['dollar tags', '$a$ $b$ '.repeat(size / 8)],
    ['tags without an end', '$abc'.repeat(size / 4)],
    ['quotes', "'".repeat(size + 1)],
    ['double quotes', '"'.repeat(size + 1)],
    ['escapes', `e'${'\\'.repeat(size)}`],
    ['minus signs', 'select '.concat('- '.repeat(size / 2), '1')],
    ['operators', '+-'.repeat(size / 2)],
    ['exponents', '1e+1e+'.repeat(size / 6)],
    ['one long number', '1'.repeat(size)],
    ['one long word', 'x'.repeat(size)],
    ['control characters', '\u0001\u0002\u0003\u0004'.repeat(size / 4)],
    ['lone surrogates', "'\ud800' \udc00 ".repeat(size / 6)],
    ['continued strings', "'a'\n".repeat(size / 4)],
  ])('%s: no throw, every value and shape readable', (_, text) => {
    const lexed = lex(text);
    const shape = shapeOf(lexed);
    for (const occurrence of lexed.occurrences.slice(0, 100)) literalText(text, occurrence);
    expect(shape.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(lexed.key.length).toBeLessThan(80_000);
  });

  it('stops at its cap and says so, with nothing of the values kept', () => {
    const lexed = lex(`select '${'secret'.repeat(TEXT_CHARACTERS_MAX / 6)}', 'tail'`);
    expect(lexed.truncated).toBe(true);
    expect(lexed.occurrences).toEqual([]);
    expect(shapeOf(lexed).text).toBe('select ? ...');
  });

  it('gives a long insert the shape of a short one', () => {
    const rows = (count: number): string => Array.from({ length: count }, (_, i) => `(${i}, 'x')`).join(', ');
    const long = lex(`insert into t (a, b) values ${rows(20_000)}`);
    expect(long.key).toBe(lex(`insert into t (a, b) values ${rows(1)}`).key);
    expect(long.listLengths).toEqual([20_000]);
  });
});
