/** What the programs ask, by name: a text, and parameters made anew for each call, some with side effects. */
export interface Asked {
  readonly text: string;
  readonly values?: unknown[];
}

type Make = (n: number, note: (line: string) => void) => Asked;

export const QUERIES: Readonly<Record<string, Make>> = {
  'one row': (n) => ({ text: 'select * from thing where id = $1', values: [n] }),
  'many rows': (n) => ({
    text: 'select id, name, at, data, tags from thing order by id limit $1',
    values: [n],
  }),
  literal: (n) => ({ text: `select id, owner_id from thing where owner_id = ${n % 5} order by id` }),
  join: (n) => ({
    text: 'select t.id, t.id as id, o.*, 1 + 1 from thing t join owner o on o.id = t.owner_id where t.id <= $1 order by t.id',
    values: [n],
  }),
  'no columns': () => ({ text: 'select from thing where id < 3' }),
  'no rows': () => ({ text: 'select * from thing where false' }),
  empty: () => ({ text: '' }),
  types: () => ({
    text: `select 1::int2 as "Small", 2::int8, 'x'::bytea, '{1,2}'::int[], '{"a":[1]}'::jsonb, true,
      '2020-02-02'::date, '2020-02-02T02:02:02Z'::timestamptz, null::text, 'NaN'::float8`,
  }),
  insert: (n) => ({
    text: 'insert into thing (owner_id, name) values ($1, $2) returning id, name',
    values: [n % 5, `new ${n}`],
  }),
  update: (n) => ({
    text: 'update thing set name = $2 where owner_id = $1',
    values: [n % 5, `changed ${n}`],
  }),
  delete: (n) => ({ text: 'delete from thing where id = $1', values: [n] }),
  several: (n) => ({
    text: `select ${n} as a; update thing set name = name where id = 1; select 2 as b, 3 as c`,
  }),
  'several, one wrong': () => ({ text: 'select 1 as a; select 1 / 0; select 2' }),
  syntax: () => ({ text: 'selec 1' }),
  'no such table': () => ({ text: 'select * from nothing where id = $1', values: [1] }),
  unique: () => ({ text: 'insert into thing (id, owner_id, name) values (1, 1, $1)', values: ['again'] }),
  'foreign key': () => ({ text: 'insert into thing (owner_id, name) values (999, $1)', values: ['nobody'] }),
  'fails half-way': (n) => ({ text: 'select 10 / (g - $1::int) from generate_series(0, 20) g', values: [n] }),
  notice: (n) => ({ text: `do $$ begin raise notice 'number %', ${n}; raise warning 'look'; end $$` }),
  set: () => ({ text: `set application_name = 'other'` }),
  'wrong number of parameters': () => ({ text: 'select $1::int, $2::int', values: [1] }),
  'values no array': () => ({ text: 'select $1::int', values: 'one' as unknown as unknown[] }),
  'all kinds of parameters': (n) => ({
    text: 'select $1::timestamptz, $2::bytea, $3::int[], $4::jsonb, $5::text as nothing, $6::bool, $7::int8, $8::text[]',
    values: [
      new Date(n * 1e9),
      Buffer.from([0, n, 255]),
      [n, 3],
      { a: [n, { b: null }] },
      undefined,
      n % 2 === 0,
      BigInt(n),
      ['a"b', 'c,d'],
    ],
  }),
  toPostgres: (n, note) => ({
    text: 'select $1::int as a, $2::text as b',
    values: [counting('a', String(n), note), counting('b', ['x', n], note)],
  }),
  'toPostgres throws': (_n, note) => ({
    text: 'select $1::text',
    values: [
      {
        toPostgres(): never {
          note('toPostgres is about to throw');
          throw new RangeError('no such value');
        },
      },
    ],
  }),
  long: (n) => ({
    text: 'select $1::text as long, g from generate_series(1, 200) g',
    values: ['x'.repeat(n * 1000)],
  }),
};

/** Those that change nothing and depend on nothing that others change. */
export const READS: readonly string[] = [
  'one row',
  'many rows',
  'literal',
  'join',
  'types',
  'syntax',
  'no columns',
  'long',
];

/** A parameter that says how often it is serialised. */
function counting(name: string, value: unknown, note: (line: string) => void): object {
  let times = 0;
  return {
    toPostgres(prepare: (value: unknown) => unknown): unknown {
      note(`toPostgres ${name} ${++times}`);
      return prepare(value);
    },
  };
}
