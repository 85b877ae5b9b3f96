import { beforeAll, describe } from 'vitest';
import { loadParser } from '../../src/sql/index.ts';
import { type Case, table } from './summary.ts';

beforeAll(loadParser);

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
