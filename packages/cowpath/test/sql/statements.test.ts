import { beforeAll, describe, expect, it } from 'vitest';
import { GenerationMap } from '../../src/sql/generation-map.ts';
import { insertedRowsOf, loadParser, type Statement, StatementCache, valuesOf } from '../../src/sql/index.ts';
import { SHAPES_MAX, TEXT_KEPT_CHARACTERS_MAX } from '../../src/sql/statements.ts';

beforeAll(loadParser);

describe('StatementCache', () => {
  it('reads a text once, and gives all texts of a shape the same shape and analysis', () => {
    const cache = new StatementCache();
    const first = cache.read('select * from t where id = 1');
    const second = cache.read('SELECT * FROM t\nWHERE id = 2 -- c');
    expect(cache.read('select * from t where id = 1')).toBe(first);
    expect(second).not.toBe(first);
    expect(second.shape).toBe(first.shape);
    expect(cache.analysisOf(second.shape)).toBe(cache.analysisOf(first.shape));
  });

  it('tells sessions in which a backslash escapes from the others', () => {
    const cache = new StatementCache();
    const text = "select 'a\\', b, 'c'";
    expect(cache.read(text).lexed.occurrences).toHaveLength(2);
    expect(cache.read(text, { backslashQuotes: true }).lexed.occurrences).toHaveLength(2);
    expect(cache.read(text, { backslashQuotes: true }).shape.text).not.toBe(cache.read(text).shape.text);
  });

  it('forgets shapes that are not used, and knows them again by their hash', () => {
    const cache = new StatementCache();
    const text = 'select * from first';
    const { shape } = cache.read(text);
    for (let i = 0; i < 3 * SHAPES_MAX; i++) cache.read(`select * from t${i}`);
    const again = cache.read(text).shape;
    expect(again).not.toBe(shape);
    expect(again.hash).toBe(shape.hash);
  });

  it('does not keep long texts', () => {
    const cache = new StatementCache();
    const text = `select '${'x'.repeat(TEXT_KEPT_CHARACTERS_MAX)}'`;
    expect(cache.read(text)).not.toBe(cache.read(text));
    expect(cache.read(text).shape).toBe(cache.read(text).shape);
  });

  it('has shapes whose hash does not change from one version of Cowpath to the next', () => {
    const cache = new StatementCache();
    const hash = (text: string): string => cache.read(text).shape.hash;
    // A change here needs a new SHAPE_VERSION, for profiles on disk are keyed by these.
    expect(hash('select * from books where id = $1')).toBe('42383d83f143dbf6');
    expect(hash("insert into t (a, b) values ($1, 'x'), ($2, null)")).toBe('336be84d6e4fea55');
  });
});

describe('GenerationMap', () => {
  it('keeps what is used, within its bounds of entries and weight', () => {
    const map = new GenerationMap<number, string>(10, 100);
    map.set(0, 'kept', 1);
    for (let i = 1; i < 1_000; i++) {
      map.set(i, 'x', 1);
      expect(map.get(0)).toBe('kept');
    }
    let held = 0;
    for (let i = 0; i < 1_000; i++) if (map.get(i) !== undefined) held++;
    expect(held).toBeLessThanOrEqual(10);
    const heavy = new GenerationMap<number, string>(1_000, 100);
    for (let i = 0; i < 100; i++) heavy.set(i, 'x', 30);
    const weights = Array.from({ length: 100 }, (_, i) => heavy.get(i)).filter((each) => each !== undefined);
    expect(weights.length).toBeLessThanOrEqual(4);
  });
});

describe('values by an analysis made from another text of the shape', () => {
  const cache = new StatementCache();
  const read = (text: string): Statement => cache.read(text);

  it('of lists of any length', () => {
    const made = read('select * from t where (a, b) in (($1, 2)) and c = any(array[1]) and d = $2');
    const { predicates } = cache.analysisOf(made.shape);
    for (const length of [1, 2, 3, 10, 1_000]) {
      const tuples = Array.from({ length }, (_, i) => `($${i + 1}, ${i})`).join(', ');
      const array = Array.from({ length }, (_, i) => -i).join(', ');
      const text = `select * from t where (a, b) in (${tuples}) and c = any(array[${array}]) and d = $${length + 1}`;
      const statement = read(text);
      expect(statement.shape).toBe(made.shape);
      const parameters = Array.from({ length: length + 1 }, (_, i) => `p${i + 1}`);
      const [pairs, elements, last] = predicates.map((each) => valuesOf(statement, each, parameters));
      expect(pairs).toEqual(Array.from({ length }, (_, i) => [`p${i + 1}`, `${i}`]));
      expect(elements).toEqual(Array.from({ length }, (_, i) => [i === 0 ? '0' : `-${i}`]));
      expect(last).toEqual([[`p${length + 1}`]]);
    }
  });

  it('of inserted rows of several forms, in their order', () => {
    const made = read(
      "insert into t (a, b, c) values (1, null, default), ('x', 2, now()), (default, default, default)",
    );
    const analysis = cache.analysisOf(made.shape);
    const text =
      "insert into t (a, b, c) values (1, null, default), ('x', 2, now()), (3, null, default), (default, default, default), ($1, null, default)";
    const other = read(
      "insert into t (a, b, c) values (1, null, default), ('x', 2, now()), (default, default, default), (7, null, default)",
    );
    expect(other.shape).toBe(made.shape);
    expect(insertedRowsOf(other, analysis, [])).toEqual([
      ['1', undefined, undefined],
      ['x', '2', undefined],
      [undefined, undefined, undefined],
      ['7', undefined, undefined],
    ]);
    expect(insertedRowsOf(read(text), cache.analysisOf(read(text).shape), ['p'])).toHaveLength(5);
  });

  it('leaves out what stands in a list within a list, for its elements cannot be told apart', () => {
    const text =
      'insert into t (a) values ((select id from u where k in (1, 2) and m = 5)), ((select id from u where k in (3) and m = 6))';
    const statement = read(text);
    const { predicates } = cache.analysisOf(statement.shape);
    expect(predicates.map((each) => [each.columns[0]?.column, valuesOf(statement, each, [])])).toEqual([
      ['m', [['5'], ['6']]],
    ]);
  });

  it('gives no rows where an insert holds none of its own', () => {
    for (const text of [
      'insert into t default values',
      'insert into t select 1',
      'insert into t values (default)',
      'select 1',
    ]) {
      const statement = read(text);
      expect(insertedRowsOf(statement, cache.analysisOf(statement.shape), [])).toEqual([]);
    }
  });
});
