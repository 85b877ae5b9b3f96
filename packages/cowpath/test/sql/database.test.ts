import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  analyse,
  arrayElements,
  lex,
  literalText,
  loadParser,
  shapeOf,
  viewColumns,
} from '../../src/sql/index.ts';
import { READ_ONLY_FUNCTIONS } from '../../src/sql/read-only-functions.ts';
import { type Postgres, startPostgres } from './postgres.ts';

let postgres: Postgres;
beforeAll(async () => {
  await loadParser();
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

const soak = process.env.COWPATH_SOAK !== undefined;
const runs = soak ? 5_000 : 300;
const options = { timeout: soak ? 600_000 : 60_000 };

async function ask(text: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await postgres.client.query(text, parameters)).rows;
}

async function printed(literal: string, cast = '::text'): Promise<string> {
  return (await ask(`select (${literal})${cast} as v`))[0]?.v as string;
}

function ours(literal: string): string {
  const text = `select (${literal})`;
  const [only, ...others] = lex(text).occurrences;
  expect(others).toEqual([]);
  return only ? literalText(text, only) : '';
}

describe('the text of a literal', options, () => {
  it.each([
    ...["'a'", "'it''s'", "''", "'\\n'", "'a'\n 'b'", "'é😀'"],
    ...[
      "e'\\n\\t\\b\\f\\r\\\\\\''",
      "e'\\x41\\x4\\101\\7z'",
      "E'\\u00e9\\U0001F600'",
      "e'a''b\\q'",
      "e'\\ud83d\\ude00'",
    ],
    ...["U&'d\\0061t\\+01F600\\\\'", "u&'d!0061t!!' uescape '!'", "U&'a''b'", "u&'\\d83d\\de00'"],
    ...['$$a$$', "$t$it's $$ x$t$", '$$$$', '$é$x$é$', '$$\n$$'],
    ...[
      '0',
      '1',
      '-1',
      '007',
      '1.50',
      '.5',
      '5.',
      '-.5',
      '1e3',
      '1E-2',
      '1.5e+3',
      '1.50e1',
      '12e-1',
      '0x1F',
      '0o17',
      '0b101',
      '1_000',
      '1_0.0_1',
    ],
    ...[
      '-0',
      '- 5',
      '0.0',
      '00.10',
      '1e0',
      '123456789012345678901234567890',
      '1e-10',
      '0.1e5',
      '100e-2',
      '1.10e-1',
    ],
  ])('%s is what the database prints', async (literal) => {
    expect(ours(literal)).toBe(await printed(literal));
  });

  it.each(["B'0101'", "X'1fA'", "b''"])('%s is its bits', async (literal) => {
    expect(ours(literal)).toBe(await printed(literal));
  });

  it('is that for any number', async () => {
    const digits = fc.stringMatching(/^[0-9]{1,8}$/);
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits,
        fc.option(digits),
        fc.option(fc.integer({ min: -20, max: 20 })),
      )
      .map(([sign, whole, fraction, exponent]) => {
        const tail = exponent === null ? '' : `e${exponent}`;
        return `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${tail}`;
      });
    await fc.assert(
      fc.asyncProperty(number, async (literal) => {
        expect(ours(literal)).toBe(await printed(literal));
      }),
      { numRuns: runs },
    );
  });

  it('is that for any string, quoted by the database itself', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', "'", '\\', '$', '\n', 'é', '😀', '"', '-', '/', '*'),
    });
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const [row] = await ask('select quote_literal($1::text) as v', [value]);
        expect(ours(row?.v as string)).toBe(value);
      }),
      { numRuns: runs },
    );
  });
});

describe('the elements of an array', options, () => {
  it('are those that unnest gives', async () => {
    const element = fc.option(
      fc.oneof(
        fc.constantFrom('', 'NULL', 'null', ' a ', '{', '}', ',', '"', '\\'),
        fc.string({ unit: fc.constantFrom('a', '"', '\\', ',', '{', '}', ' ', 'é', '\n') }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(element), async (elements) => {
        const [row] = await ask('select $1::text[]::text as v', [elements]);
        expect(arrayElements(row?.v as string)).toEqual(elements);
      }),
      { numRuns: runs },
    );
  });

  it.each(['{}', '{1,2}', '{{1,2},{3,4}}', '[2:3]={1,2}', '{ 1 , "2" }', '{NULL,null,"NULL"}'])(
    '%s',
    async (array) => {
      const rows = await ask('select e::text from unnest($1::text[]) e', [array]);
      expect(arrayElements(array)).toEqual(rows.map(({ e }) => e));
    },
  );

  it.each(['', 'x', '1,2', '{', '{"', '{"a\\'])(
    'text that is no array (%j) gives what it can, and no error',
    (array) => {
      expect(Array.isArray(arrayElements(array))).toBe(true);
    },
  );
});

describe('views, by the definitions that the database gives', () => {
  beforeAll(async () => {
    await ask('create schema shop');
    await ask('create table shop.books (id int primary key, title text, author_id int, "Odd Name" text)');
    await ask('create table authors (id int primary key, name text)');
  });

  const base = (schema: string | null, table: string, column: string): unknown => ({ schema, table, column });
  it.each([
    [
      'select * from shop.books',
      {
        id: base('shop', 'books', 'id'),
        title: base('shop', 'books', 'title'),
        author_id: base('shop', 'books', 'author_id'),
        'Odd Name': base('shop', 'books', 'Odd Name'),
      },
    ],
    [
      'select b.title as t, a.name, a.id + 1 as next from shop.books b join authors a on a.id = b.author_id where a.id > 5',
      { t: base('shop', 'books', 'title'), name: base(null, 'authors', 'name'), next: null },
    ],
    [
      'select author_id, count(*) n from shop.books group by author_id',
      { author_id: base('shop', 'books', 'author_id'), n: null },
    ],
    [
      'select q.id, q.n from (select id, name as n from authors) q',
      { id: base(null, 'authors', 'id'), n: base(null, 'authors', 'name') },
    ],
    ['with x as (select id from authors) select x.id from x', { id: base(null, 'authors', 'id') }],
    ['select id from authors union select id from shop.books', { id: null }],
    [
      'select id from authors where id = 1 union all select id from authors where id = 2',
      { id: base(null, 'authors', 'id') },
    ],
    [
      'select id, (select max(title) from shop.books) m, name::varchar(3) v from authors',
      { id: base(null, 'authors', 'id'), m: null, v: null },
    ],
    [
      'select author_id, id from shop.books natural join (select 1 as x) y',
      { author_id: base('shop', 'books', 'author_id'), id: base('shop', 'books', 'id') },
    ],
    ['values (1, 2)', { column1: null, column2: null }],
  ])('%s', async (query, expected) => {
    await ask(`create view v as ${query}`);
    try {
      const [row] = await ask("select pg_get_viewdef('v'::regclass) as d");
      const columns = viewColumns(row?.d as string);
      const attributes = await ask(
        "select attname from pg_attribute where attrelid = 'v'::regclass and attnum > 0 order by attnum",
      );
      expect(columns?.map(({ name }) => name)).toEqual(attributes.map(({ attname }) => attname));
      expect(Object.fromEntries((columns ?? []).map((each) => [each.name, each.base]))).toEqual(expected);
    } finally {
      await ask('drop view v');
    }
  });

  it.each(['', 'select * from t', 'delete from t', 'select (', 'select 1; select 2'])(
    '%j is opaque',
    (definition) => {
      expect(viewColumns(definition)).toBeNull();
    },
  );
});

describe('read-only statements', () => {
  const readOnly = (text: string): boolean => analyse(shapeOf(lex(text))).readOnly;

  it('call only functions that the database calls immutable or stable', async () => {
    const rows = await ask(
      "select distinct proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v'",
    );
    const writing = rows.map(({ proname }) => proname as string);
    expect(writing).toContain('nextval');
    expect(writing.filter((name) => READ_ONLY_FUNCTIONS.has(name))).toEqual([]);
    const known = await ask(
      "select distinct proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace",
    );
    const names = new Set(known.map(({ proname }) => proname));
    expect([...READ_ONLY_FUNCTIONS].filter((name) => !names.has(name))).toEqual([]);
  });

  it.each([
    'select 1',
    'select * from t where a = $1 order by b limit 5',
    'select count(*), max(x), json_agg(t) from t group by grouping sets ((a), ())',
    "select now(), current_date, current_user, extract(year from d), trim(both 'x' from n), d at time zone 'utc' from t",
    'select sum(x) over (partition by y order by z rows between 1 preceding and current row) from t',
    'with recursive r as (select 1 union all select 2 from r) select * from r',
    'select * from unnest($1::int[]) u join lateral (select * from t where t.id = u offset 0) q on true',
    "select json_object('a': 1), json_array(1, 2), json_objectagg(k: v), x is json, json_value(x, '$.a') from t",
    "select * from json_table('[]', '$[*]' columns (a int path '$.a'))",
    'select array(select 1), (array[1, 2])[1], row(1, 2), case when a then b else c end, coalesce(a, b), nullif(a, b), greatest(a, b)',
    'values (1, 2)',
    'table t',
    'select pg_catalog.lower(a), a operator(pg_catalog.+) b from t',
    'select a collate "C", position(b in c), substring(a from 1 for 2), overlay(a placing b from 1), a like b escape c from t',
    'select xmlagg(x) from t tablesample system (5)',
  ])('yes: %s', (text) => {
    expect(readOnly(text)).toBe(true);
  });

  it.each([
    'select * from t for update',
    'select * from (select * from t for share) q',
    'select a from t union (select b from u for update)',
    'with x as (select * from t for no key update skip locked) select * from x',
    'select * into n from t',
    'with x as (delete from t returning *) select * from x',
    'with x as (insert into t values (1) returning *) select 1',
    'with x as (update t set a = 1) select 1',
    "select nextval('s')",
    "select set_config('a', 'b', false)",
    'select my_function(1)',
    'select lower(evil(x)) from t',
    'select * from evil()',
    'select public.lower(a) from t',
    'select a operator(evil.+) b from t',
    'select 1 where exists (select pg_sleep(1))',
    'select pg_advisory_lock(1)',
    "select pg_notify('c', 'x')",
    'select lo_unlink(1)',
    'select random(), clock_timestamp()',
    "select query_to_xml('delete from t', true, true, '')",
    "select * from dblink('x', 'delete from t') as q(a int)",
    'select * from t order by evil(a)',
    'select * from t limit evil()',
    'insert into t values (1)',
    'explain select 1',
    'explain analyze select 1',
    'declare c cursor for select 1',
    'create table n as select 1',
    'copy (select 1) to stdout',
    'select 1; select 2',
    'set a = 1',
    '',
  ])('no: %s', (text) => {
    expect(readOnly(text)).toBe(false);
  });
});
