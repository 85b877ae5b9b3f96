import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../src/sql/index.ts';
import { type Case, summarise, table } from './summary.ts';

beforeAll(loadParser);

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
