import { beforeAll, describe, expect, it } from 'vitest';
import { analyse, lex, loadParser, shapeOf } from '../../src/sql/index.ts';
import { type Summary, summarise } from './summary.ts';

beforeAll(loadParser);

type Case = readonly [text: string, summary: Summary];

function table(cases: readonly Case[]): void {
  it.each(cases)('%s', (text, summary) => {
    expect(summarise(text)).toEqual(summary);
  });
}

describe('predicates', () => {
  const t = { verb: 'select', tables: ['t#0'], outputs: 't*', flags: 'readOnly' };
  const where = (condition: string, predicates: string[], selectedBy: string): Case => [
    `select * from t where ${condition}`,
    { ...t, ...(predicates.length > 0 && { where: predicates }), ...(selectedBy && { selectedBy }) },
  ];
  table([
    where('id = $1', ['t.id equal p1'], 't.id'),
    where('$1 = t.id', ['t.id equal p1'], 't.id'),
    where('t.id = $1::uuid', ['t.id equal p1'], 't.id'),
    where('id::text = $1', ['t.id equal p1'], 't.id'),
    where('cast(id as bigint) = cast($1 as int)', ['t.id equal p1'], 't.id'),
    where('created::date = $1', [], 't.created'),
    where('(id) = ($1)', ['t.id equal p1'], 't.id'),
    where('id is not distinct from $1', ['t.id equal p1'], 't.id'),
    where('id <> $1', [], 't.id'),
    where('id = -5 and b = 1.50', ['t.id equal -5', 't.b equal 1.50'], 't.id t.b'),
    where("(a, b) = ($1, 'x')", ['t.a,t.b equal p1,x'], 't.a t.b'),
    where('row(a, b) = row($1, lower($2))', ['t.a equal p1'], 't.a t.b'),
    where('id in ($1, $2, 5)', ['t.id in p1 | p2 | 5'], 't.id'),
    where('id in (1, null)', ['t.id in 1'], 't.id'),
    where('id in (1, b)', [], 't.id t.b'),
    where('id not in (1, 2)', [], 't.id'),
    where('(a, b) in ((1, 2), ($1, $2))', ['t.a,t.b in 1,2 | p1,p2'], 't.a t.b'),
    where('id = any($1)', ['t.id any '], 't.id'),
    where('id = any(\'{1,NULL,"a b"}\'::text[])', ['t.id any 1 | NULL | a b'], 't.id'),
    where('id = any(array[$1, $2]::int[])', ['t.id in p1 | p2'], 't.id'),
    where('id = any(array[1, 2])', ['t.id in 1 | 2'], 't.id'),
    where('id = some($1)', ['t.id any '], 't.id'),
    where('id = all($1)', [], 't.id'),
    where('$1 = any(tags)', [], 't.tags'),
    where('a = 1 or b = 2', [], 't.a t.b'),
    where(
      '(a = 1 and b = 2) and (c = 3 and (d = 4))',
      ['t.a equal 1', 't.b equal 2', 't.c equal 3', 't.d equal 4'],
      't.a t.b t.c t.d',
    ),
    where('not (a = 1)', [], 't.a'),
    where('a = 1 and (b = 2 or c = 3)', ['t.a equal 1'], 't.a t.b t.c'),
    where('lower(email) = $1', [], 't.email'),
    where('a between 1 and 2 and b like $1 and c is null and d', [], 't.a t.b t.c t.d'),
    where('a = b', [], ''),
    where('active = true', [], 't.active'),
    where('"Id" = 5 and "select" = 6', ['t.Id equal 5', 't.select equal 6'], 't.Id t.select'),
    where("data->>'k' = 'v' and data @> '{}'", [], 't.data'),
    where("at = date '2020-01-01'", ['t.at equal 2020-01-01'], 't.at'),
    where('id = coalesce($1, 5)', [], 't.id'),
    where('id = (select 5)', [], 't.id'),
    where('2 = 2 and $1 = $2', [], ''),
    where(
      "name = U&'d\\0061t' and b = B'101' and c = X'f'",
      ['t.name equal dat', 't.b equal 101', 't.c equal 1111'],
      't.name t.b t.c',
    ),
  ]);
});

describe('parameters of one execution', () => {
  const values = (text: string, parameters: (string | null | undefined)[]): readonly string[] | undefined =>
    summarise(text, parameters).where;
  it('are null for NULL and unknown where their text is not at hand', () => {
    expect(values('select * from t where a = $1 and b = $2 and c = $3', [null, undefined])).toEqual([
      't.a equal NULL',
      't.b equal -',
      't.c equal -',
    ]);
    expect(values('select * from t where a = any($1)', ['{1,2}'])).toEqual(['t.a any 1 | 2']);
    expect(values('select * from t where a = any($1)', [null])).toEqual(['t.a any ']);
    expect(values('select * from t where a = any($1)', [undefined])).toEqual(['t.a any -']);
  });

  it('are those of the text at hand, whatever the length of its lists', () => {
    const text = (list: string, after: string): string =>
      `select * from t where a in (${list}) and b = ${after}`;
    expect(values(text('$1', '$2'), ['x', 'y'])).toEqual(['t.a in x', 't.b equal y']);
    expect(values(text('$1, $2, $3', '$4'), ['x', 'y', 'z', 'w'])).toEqual([
      't.a in x | y | z',
      't.b equal w',
    ]);
    expect(values(text('$4, $2', '$1'), ['x', 'y', 'z', 'w'])).toEqual(['t.a in w | y', 't.b equal x']);
    expect(values(text("'p', 'q'", '3'), [])).toEqual(['t.a in p | q', 't.b equal 3']);
  });
});

describe('joins and scopes', () => {
  const book = { verb: 'select', tables: ['books b#0', 'authors a#0'], flags: 'readOnly' };
  table([
    [
      'select b.id, a.name from books b join authors a on a.id = b.author_id and a.k = 1',
      { ...book, where: ['a.k equal 1'], joins: ['a.id = b.author_id'], outputs: 'b.id a.name' },
    ],
    [
      'select b.id from books b left join authors a on a.id = b.author_id and a.k = 1 and b.z = 2',
      { ...book, joins: ['a.id = b.author_id'], outputs: 'b.id' },
    ],
    [
      'select b.id from books b, authors a where a.id = b.author_id and b.x = 1',
      { ...book, where: ['b.x equal 1'], joins: ['a.id = b.author_id'], selectedBy: 'b.x', outputs: 'b.id' },
    ],
    [
      'select id, k from books b join authors a using (id, k) where id = $1',
      {
        ...book,
        where: ['b.id equal p1'],
        joins: ['b.id = a.id', 'b.k = a.k'],
        selectedBy: 'b.id',
        outputs: 'b.id b.k',
      },
    ],
    ['select * from books b natural join authors a', { ...book, outputs: '*' }],
    ['select b.*, a.name as n from books b cross join authors a', { ...book, outputs: 'b* n=a.name' }],
    ['select * from books b cross join authors a', { ...book, outputs: 'b* a*' }],
    [
      'select title from books b join authors a on a.id = author_id',
      { ...book, joins: ['a.id = ?.author_id'], outputs: '?.title' },
    ],
    [
      'select x.id from a x left join (b y join c z on y.id = z.y_id and z.k = 1) on x.id = y.x_id right join d on d.id = x.d_id',
      {
        verb: 'select',
        tables: ['a x#0', 'b y#0', 'c z#0', 'd#0'],
        joins: ['y.id = z.y_id', 'x.id = y.x_id', 'd.id = x.d_id'],
        outputs: 'x.id',
        flags: 'readOnly',
      },
    ],
    [
      'select j.id from (a join b on a.id = b.a_id) as j',
      {
        verb: 'select',
        tables: ['a#0', 'b#0'],
        joins: ['a.id = b.a_id'],
        outputs: 'id=?',
        flags: 'readOnly',
      },
    ],
    [
      'select e.name, m.name from emp e join emp m on e.boss_id = m.id where e.id = 4',
      {
        verb: 'select',
        tables: ['emp e#0', 'emp m#0'],
        where: ['e.id equal 4'],
        joins: ['e.boss_id = m.id'],
        selectedBy: 'e.id',
        outputs: 'e.name m.name',
        flags: 'readOnly',
      },
    ],
    [
      'select s.t.id, "S2"."T".x from s.t, "S2"."T" where s.t.id = $1',
      {
        verb: 'select',
        tables: ['s.t#0', 'S2.T#0'],
        where: ['t.id equal p1'],
        selectedBy: 't.id',
        outputs: 't.id T.x',
        flags: 'readOnly',
      },
    ],
    [
      'select q.n, q.id from (select id, name as n from t where z = 3) q where q.id = $1 order by n desc',
      {
        verb: 'select',
        tables: ['t#1'],
        where: ['t.z#1 equal 3', 't.id#1 equal p1'],
        selectedBy: 't.z#1 t.id#1',
        orderedBy: 't.name#1',
        outputs: 'n=t.name#1 t.id#1',
        flags: 'readOnly',
      },
    ],
    [
      'select * from (select * from (select * from t) a) b where b.id = 1',
      {
        verb: 'select',
        tables: ['t#2'],
        where: ['t.id#2 equal 1'],
        selectedBy: 't.id#2',
        outputs: 't*',
        flags: 'readOnly',
      },
    ],
    [
      'select q.a, q.b from (select x, y from t) q (a, b) where b = 1',
      {
        verb: 'select',
        tables: ['t#1'],
        where: ['t.y#1 equal 1'],
        selectedBy: 't.y#1',
        outputs: 'a=t.x#1 b=t.y#1',
        flags: 'readOnly',
      },
    ],
    [
      'select count(*), max(t.x) m, t.y::text, coalesce(t.z, 1), case when true then 1 end from t group by t.y',
      { verb: 'select', tables: ['t#0'], outputs: 'count=? m=? y=? coalesce=? case=?', flags: 'readOnly' },
    ],
    [
      'select b.id, r.rating from books b cross join lateral (select r.rating from reviews r where r.book_id = b.id and b.x = 1 order by r.at desc limit 3) r',
      {
        verb: 'select',
        tables: ['books b#0', 'reviews r#1'],
        joins: ['r.book_id#1 = b.id'],
        outputs: 'b.id r.rating#1',
        flags: 'readOnly',
      },
    ],
    [
      'select distinct on (k) id from t order by k, at desc limit $1 offset 5',
      { verb: 'select', tables: ['t#0'], orderedBy: 't.k t.at', outputs: 't.id', flags: 'readOnly limited' },
    ],
    [
      'select id from t fetch first 3 rows only',
      { verb: 'select', tables: ['t#0'], outputs: 't.id', flags: 'readOnly limited' },
    ],
    ['select id from t limit all', { verb: 'select', tables: ['t#0'], outputs: 't.id', flags: 'readOnly' }],
    [
      'select v.* from unnest($1::int[]) with ordinality as k(id, i) join v on v.id = k.id order by k.i',
      { verb: 'select', tables: ['v#0'], where: ['v.id any '], outputs: 'v*', flags: 'readOnly' },
    ],
    [
      'select v.* from unnest(array[1, 2]) id, v where v.id = id.id and v.x = (select 1)',
      {
        verb: 'select',
        tables: ['v#0'],
        where: ['v.id in 1 | 2'],
        selectedBy: 'v.id v.x',
        outputs: 'v*',
        flags: 'readOnly',
      },
    ],
    [
      "select v.* from (values (1, 'a'), (2, 'b')) k (x, y) join v on v.x = k.x and v.y = k.y",
      {
        verb: 'select',
        tables: ['v#0'],
        where: ['v.x in 1 | 2', 'v.y in a | b'],
        outputs: 'v*',
        flags: 'readOnly',
      },
    ],
    ['select * from generate_series(1, 5) g(n)', { verb: 'select', outputs: 'null=?', flags: 'readOnly' }],
    ['table t', { verb: 'select', tables: ['t#0'], outputs: 't*', flags: 'readOnly' }],
    [
      'select * from only t tablesample system (1) where id = 2',
      {
        verb: 'select',
        tables: ['t#0'],
        where: ['t.id equal 2'],
        selectedBy: 't.id',
        outputs: 't*',
        flags: 'readOnly',
      },
    ],
  ]);
});

describe('subqueries that filter', () => {
  table([
    [
      'select * from b where exists (select 1 from r where r.b_id = b.id and r.k = 1)',
      {
        verb: 'select',
        tables: ['b#0', 'r#1 unloaded'],
        where: ['r.k#1 equal 1'],
        joins: ['r.b_id#1 = b.id'],
        outputs: 'b*',
        flags: 'readOnly',
      },
    ],
    [
      'select * from b where b.a_id in (select a.id from a where a.name = $1)',
      {
        verb: 'select',
        tables: ['b#0', 'a#1 unloaded'],
        where: ['a.name#1 equal p1'],
        joins: ['b.a_id = a.id#1'],
        selectedBy: 'b.a_id',
        outputs: 'b*',
        flags: 'readOnly',
      },
    ],
    [
      'select (select count(*) from r where r.b_id = b.id) as n from b',
      {
        verb: 'select',
        tables: ['b#0', 'r#1 unloaded'],
        joins: ['r.b_id#1 = b.id'],
        outputs: 'n=?',
        flags: 'readOnly',
      },
    ],
    [
      'select * from b where id = (select b_id from latest limit 1)',
      {
        verb: 'select',
        tables: ['b#0', 'latest#1 unloaded'],
        joins: ['b.id = ?.b_id#1'],
        selectedBy: 'b.id',
        outputs: 'b*',
        flags: 'readOnly',
      },
    ],
    [
      'select array(select r.id from r where r.b_id = b.id) ids from b',
      {
        verb: 'select',
        tables: ['b#0', 'r#1'],
        joins: ['r.b_id#1 = b.id'],
        outputs: 'ids=json(r)',
        flags: 'readOnly',
      },
    ],
  ]);
});

describe('CTEs and set operations', () => {
  table([
    [
      'with x as (select id, k from t where z = 1), y (a) as (select x.id from x) select y.a from y where y.a = 2',
      {
        verb: 'select',
        tables: ['t#1'],
        where: ['t.z#1 equal 1', 't.id#1 equal 2'],
        selectedBy: 't.z#1 t.id#1',
        outputs: 'a=t.id#1',
        flags: 'readOnly',
      },
    ],
    [
      'with recursive tree as (select id, parent_id from cat where id = $1 union all select c.id, c.parent_id from cat c join tree t on c.parent_id = t.id) select * from tree',
      {
        verb: 'select',
        tables: ['cat#2', 'cat c#3'],
        where: ['cat.id#2 equal p1'],
        joins: ['c.parent_id#3 = cat.id#2'],
        selectedBy: 'cat.id#2',
        outputs: 'cat.id#2 cat.parent_id#2',
        flags: 'readOnly',
      },
    ],
    [
      'with recursive up (id, p, depth) as (select id, parent_id, 0 from cat where id = 7 union select c.id, c.parent_id, up.depth + 1 from up, cat c where c.id = up.p) select up.id from up',
      {
        verb: 'select',
        tables: ['cat#2', 'cat c#3'],
        where: ['cat.id#2 equal 7'],
        joins: ['c.id#3 = cat.parent_id#2'],
        selectedBy: 'cat.id#2',
        outputs: 'cat.id#2',
        flags: 'readOnly',
      },
    ],
    [
      'with x as (select id from t) select 1 from u where exists (select 1 from x where x.id = u.id)',
      {
        verb: 'select',
        tables: ['t#1 unloaded', 'u#0'],
        joins: ['t.id#1 = u.id'],
        outputs: 'null=?',
        flags: 'readOnly',
      },
    ],
    [
      'with gone as (delete from t where id = $1 returning *) insert into log (t_id) select id from gone',
      {
        verb: 'insert',
        tables: ['t#1 target unloaded', 'log#0 target unloaded'],
        where: ['t.id#1 equal p1'],
        selectedBy: 't.id#1',
      },
    ],
    [
      'with gone as (delete from t where id = $1 returning *) select gone.id from gone',
      {
        verb: 'select',
        tables: ['t#1 target'],
        where: ['t.id#1 equal p1'],
        selectedBy: 't.id#1',
        outputs: 't.id#1',
      },
    ],
    [
      'select id from a where k = 1 union all select id from b where k = 2 order by id limit 5',
      {
        verb: 'select',
        tables: ['a#1', 'b#2'],
        where: ['a.k#1 equal 1', 'b.k#2 equal 2'],
        selectedBy: 'a.k#1 b.k#2',
        outputs: 'id=?',
        flags: 'readOnly limited',
      },
    ],
    [
      '(select a.id from a where k = 1) except (select a.id from a where k = 2)',
      {
        verb: 'select',
        tables: ['a#1', 'a#2'],
        where: ['a.k#1 equal 1', 'a.k#2 equal 2'],
        selectedBy: 'a.k#1 a.k#2',
        outputs: 'a.id#1',
        flags: 'readOnly',
      },
    ],
    [
      'with x as (select 1 as n) select x.n from x join "X" on true',
      { verb: 'select', tables: ['X#0'], outputs: 'n=?', flags: 'readOnly' },
    ],
    [
      'with t as (select * from public.t) select * from t',
      { verb: 'select', tables: ['public.t#1'], outputs: 't*', flags: 'readOnly' },
    ],
  ]);
});

describe('writes', () => {
  table([
    [
      "insert into t (a, b) values ($1, 'x')",
      { verb: 'insert', tables: ['t#0 target unloaded'], inserted: ['a,b', 'p1,x'] },
    ],
    [
      'insert into s.t (a, b) values ($1, default), ($2, lower($3)), (-4, null) returning id',
      {
        verb: 'insert',
        tables: ['s.t#0 target'],
        outputs: 't.id',
        inserted: ['a,b', 'p1,-', 'p2,-', '-4,-'],
        flags: 'returning',
      },
    ],
    [
      'insert into t values (1, 2)',
      { verb: 'insert', tables: ['t#0 target unloaded'], inserted: ['(own order)', '1,2'] },
    ],
    [
      'insert into t default values returning *',
      { verb: 'insert', tables: ['t#0 target'], outputs: 't*', flags: 'returning' },
    ],
    [
      'insert into t as x (a) values (1) on conflict (a) do update set b = excluded.b where x.c = 5 returning x.a',
      {
        verb: 'insert',
        tables: ['t x#0 target'],
        outputs: 'x.a',
        inserted: ['a on conflict', '1'],
        flags: 'returning',
      },
    ],
    [
      'insert into t (a) select u.id from u where u.k = 1',
      { verb: 'insert', tables: ['t#0 target unloaded', 'u#1 unloaded'], where: ['u.k#1 equal 1'] },
    ],
    [
      'update t set a = $1, b = (select max(x) from u) where id = $2',
      {
        verb: 'update',
        tables: ['t#0 target unloaded', 'u#1 unloaded'],
        where: ['t.id equal p2'],
        selectedBy: 't.id',
      },
    ],
    [
      'update t as x set a = u.a from u where u.t_id = x.id and u.k = 1 returning x.*, u.k',
      {
        verb: 'update',
        tables: ['t x#0 target', 'u#0'],
        where: ['u.k equal 1'],
        joins: ['u.t_id = x.id'],
        selectedBy: 'u.k',
        outputs: 'x* u.k',
        flags: 'returning',
      },
    ],
    [
      'delete from t using u where t.u_id = u.id and u.k in (1, 2)',
      {
        verb: 'delete',
        tables: ['t#0 target unloaded', 'u#0 unloaded'],
        where: ['u.k in 1 | 2'],
        joins: ['t.u_id = u.id'],
        selectedBy: 'u.k',
      },
    ],
    [
      'merge into t using (select * from s where k = 1) q on t.id = q.id when matched then update set a = q.a when not matched then insert values (q.id)',
      {
        verb: 'merge',
        tables: ['t#0 target unloaded', 's#1 unloaded'],
        where: ['s.k#1 equal 1'],
        joins: ['t.id = s.id#1'],
      },
    ],
    ['update t set a = 1 where current of c', { verb: 'update', tables: ['t#0 target unloaded'] }],
  ]);
});

describe('other statements', () => {
  table([
    ['begin', { verb: 'transaction' }],
    ['start transaction isolation level serializable', { verb: 'transaction' }],
    ['COMMIT;', { verb: 'transaction' }],
    ['rollback to savepoint "a"', { verb: 'transaction' }],
    ["set search_path = 'x', y", { verb: 'session' }],
    ['set local statement_timeout = 5', { verb: 'session' }],
    ['show server_version', { verb: 'session' }],
    ['listen c', { verb: 'session' }],
    ["notify c, 'payload'", { verb: 'session' }],
    ['discard all', { verb: 'session' }],
    ['copy t (a, b) from stdin with (format csv)', { verb: 'copy', tables: ['t#0 target unloaded'] }],
    ['copy t to stdout', { verb: 'copy', tables: ['t#0'] }],
    [
      'copy (select id from t where k = 1) to stdout',
      { verb: 'copy', tables: ['t#0'], where: ['t.k equal 1'], selectedBy: 't.k', outputs: 't.id' },
    ],
    [
      'declare c no scroll cursor with hold for select id from t where k = $1',
      { verb: 'utility', tables: ['t#0'], where: ['t.k equal p1'], selectedBy: 't.k', outputs: 't.id' },
    ],
    ['fetch 100 from c', { verb: 'utility' }],
    ['close c', { verb: 'utility' }],
    ['explain (analyze, buffers) select * from t', { verb: 'utility' }],
    ['prepare p as select * from t where id = $1', { verb: 'utility' }],
    ["execute p (1, 'x')", { verb: 'utility' }],
    ['do $$ begin perform 1; end $$', { verb: 'utility' }],
    ["call f(1, 'x')", { verb: 'utility' }],
    ['vacuum analyze t', { verb: 'utility' }],
    ['truncate a, s.b cascade', { verb: 'ddl', tables: ['a#0 target unloaded', 's.b#0 target unloaded'] }],
    ["create table t (id serial primary key, a varchar(20) default 'x', b numeric(10, 2))", { verb: 'ddl' }],
    ['create index concurrently i on t (a desc) where b = 1', { verb: 'ddl' }],
    ['create view v as select 1', { verb: 'ddl' }],
    ['create table n as select id from t', { verb: 'ddl', tables: ['t#0'], outputs: 't.id' }],
    ['select * into n from t', { verb: 'ddl', tables: ['t#0'], outputs: 't*' }],
    ['alter table t add column c int', { verb: 'ddl' }],
    ["comment on table t is 'x'", { verb: 'ddl' }],
    ['select 1; select 2', { verb: 'opaque', opaque: 'it holds 2 statements' }],
    ['', { verb: 'opaque', opaque: 'it holds no statement' }],
    [' ; -- nothing', { verb: 'opaque', opaque: 'it holds no statement' }],
    ["selec 'secret'", { verb: 'opaque', opaque: 'the parser refused it: syntax error at or near "selec"' }],
  ]);
});

describe('JSON and arrays', () => {
  const json = (expression: string, output: string): Case => [
    `select ${expression} from t join u on u.t_id = t.id`,
    { verb: 'select', tables: ['t#0', 'u#0'], joins: ['u.t_id = t.id'], outputs: output, flags: 'readOnly' },
  ];
  table(
    [
      json('json_agg(t)', 'json_agg=json(t)'),
      json('json_agg(u.*) as us', 'us=json(u)'),
      json("coalesce(jsonb_agg(distinct u.name) filter (where u.id is not null), '[]') x", 'x=json(u)'),
      json(
        "json_build_object('a', t.a, 'us', json_agg(json_build_array(u.id)))",
        'json_build_object=json(t u)',
      ),
      json('row_to_json(u)', 'row_to_json=json(u)'),
      json("to_jsonb(t) - 'secret' as j", 'j=json(t)'),
      json("json_object('a': t.a, 'b': u.b returning jsonb) j", 'j=json(t u)'),
      json('json_array(t.a, u.b) j', 'j=json(t u)'),
      json('json_arrayagg(u.id order by u.id) j', 'j=json(u)'),
      json('json_objectagg(t.k : u.v) j', 'j=json(t u)'),
      json('json_array(select x.id from x where x.u_id = u.id) j', 'j=json(x)'),
      json('array_agg(u.id) ids', 'ids=json(u)'),
      json('json_build_object($1::text, 5) j', 'j=?'),
      json('t.data as j', 'j=t.data'),
      json("t.data->'x' as j", 'j=?'),
    ].map(
      ([text, summary]): Case =>
        text.includes('from x')
          ? [text, { ...summary, tables: ['t#0', 'u#0', 'x#1'], joins: ['u.t_id = t.id', 'x.u_id#1 = u.id'] }]
          : [text, summary],
    ),
  );
});

describe('opaque statements', () => {
  it('never name a value in the reason', () => {
    for (const text of [
      "select 'secret' 'secret'",
      "select * from t where 'secret' = = 'secret'",
      "select $$secret$$ secret2 'secret'",
      "select 'secret",
    ]) {
      expect(analyse(shapeOf(lex(text))).opaqueBecause ?? '').not.toMatch(/secret(?!2)/);
    }
  });

  it.each([
    ['brackets', (n: number) => `select ${'('.repeat(n)}1${')'.repeat(n)}`],
    ['a sum', (n: number) => `select 1${' + 1'.repeat(n)}`],
    ['subqueries', (n: number) => `select ${'(select '.repeat(n)}1${')'.repeat(n)}`],
    ['unions', (n: number) => `select 1 ${'union select 1 '.repeat(n)}`],
    ['joins', (n: number) => `select * from a ${'join a on true '.repeat(n)}`],
    ['negations', (n: number) => `select 1 where ${'not '.repeat(n)} true`],
    ['conjuncts', (n: number) => `select * from a where a = 1 ${'and a = 1 '.repeat(n)}`],
  ])('deep or long ones (%s) end, and leave the parser as it was', (_, text) => {
    for (const depth of [100, 1_000, 3_000, 30_000]) {
      const analysis = analyse(shapeOf(lex(text(depth))));
      expect(analysis.verb === 'select' || analysis.opaqueBecause !== null).toBe(true);
      expect(summarise('select id from t')).toMatchObject({ verb: 'select', outputs: 't.id' });
    }
  });
});
