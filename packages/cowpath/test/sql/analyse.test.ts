import { beforeAll, describe, expect, it } from 'vitest';
import { analyse, lex, loadParser, shapeOf } from '../../src/sql/index.ts';
import { summarise, table } from './summary.ts';

beforeAll(loadParser);

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
