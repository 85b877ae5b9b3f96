import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProfileBuilder as Builder, costOf, viewProfile } from '../src/index.ts';
import { CERTAIN, DOUBTFUL, origin, reference } from './support.ts';
import { at, count, MS, ran, shape } from './view-support.ts';

describe('candidates', () => {
  test('what is confirmed hangs under its origin', () => {
    const builder = new Builder();
    const a = ran(builder, ['a'], 10);
    const book = count(builder.origin(a, origin('book')), ['a'], 10, 10, 1);
    const author = count(builder.follow(a, book, reference('book', 'author')), ['a'], 50, 10, 1);
    author.addEvidence(CERTAIN);
    expect(at(viewProfile(builder), 'a').trails.map(shape)).toEqual([['book', 10, ['author', 50]]]);
  });

  test('exact loads, which carry no evidence, are follows', () => {
    const builder = new Builder();
    const a = ran(builder, ['a'], 10);
    const book = count(builder.origin(a, origin('book')), ['a'], 10, 10, 1);
    count(builder.follow(a, book, reference('book', 'author')), ['a'], 50, 10, 1);
    expect(at(viewProfile(builder), 'a').trails.map(shape)).toEqual([['book', 10, ['author', 50]]]);
  });

  test('what is not stands as an origin in each place, with what it may come from', () => {
    const builder = new Builder();
    const a = ran(builder, ['a'], 10);
    const book = count(builder.origin(a, origin('book')), ['a'], 10, 10, 1);
    const author = builder.follow(a, book, reference('book', 'author'));
    author.addEvidence(DOUBTFUL);
    count(author, ['a'], 2, 2, 1);
    count(author, ['b'], 5, 5, 1);
    const city = count(builder.follow(a, author, reference('author', 'city')), ['b'], 4, 4, 1);
    city.addEvidence(CERTAIN);
    const view = viewProfile(builder);
    expect(at(view, 'a').trails.map(shape)).toEqual([
      ['book', 10],
      ['author', 2],
    ]);
    // What follows it goes where most of its queries were.
    expect(at(view, 'b').trails.map(shape)).toEqual([['author', 5, ['city', 4]]]);
    const [lifted] = at(view, 'b').trails;
    expect(lifted!.origin).toEqual({
      kind: 'query',
      entity: reference('book', 'author').to,
      by: ['id'],
      order: [],
    });
    expect(lifted!.maybeFrom).toEqual([{ reference: reference('book', 'author'), evidence: DOUBTFUL }]);
    expect(lifted!.evidence).toBeNull();
  });

  test('is merged with an origin of the same key there, and its follows with theirs', () => {
    const builder = new Builder();
    const a = ran(builder, ['a'], 10);
    const own = count(builder.origin(a, origin('author')), ['a'], 3, 3, 1);
    count(builder.follow(a, own, reference('author', 'city')), ['a'], 7, 3, 1).addEvidence(CERTAIN);
    const book = count(builder.origin(a, origin('book')), ['a'], 10, 10, 9);
    const author = count(builder.follow(a, book, reference('book', 'author')), ['a'], 2, 2, 1);
    author.addEvidence(DOUBTFUL);
    count(builder.follow(a, author, reference('author', 'city')), ['a'], 4, 2, 1).addEvidence(CERTAIN);
    expect(at(viewProfile(builder), 'a').trails.map(shape)).toEqual([
      ['book', 10],
      ['author', 5, ['city', 11]],
    ]);
  });

  test('a doubtful follow of a doubtful follow is a trail of its own', () => {
    const builder = new Builder();
    const a = ran(builder, ['a'], 10);
    let step = count(builder.origin(a, origin('t0')), ['a'], 10, 10, 4);
    for (const i of [1, 2, 3]) {
      step = count(builder.follow(a, step, reference(`t${i - 1}`, `t${i}`)), ['a'], i, i, 1 / i);
      step.addEvidence(i === 2 ? CERTAIN : DOUBTFUL);
    }
    const shapes = at(viewProfile(builder), 'a').trails.map(shape);
    expect(shapes).toHaveLength(3);
    expect(shapes).toEqual(
      expect.arrayContaining([
        ['t0', 10],
        ['t1', 1, ['t2', 2]],
        ['t3', 3],
      ]),
    );
  });

  test('nothing measured is lost or counted twice, whatever is confirmed', () => {
    const step = fc.record({
      parent: fc.nat(20),
      table: fc.nat(3),
      place: fc.constantFrom<string[]>(['a'], ['b'], ['a', 'in']),
      queries: fc.nat(9),
      sure: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (all) => {
        const builder = new Builder();
        const a = ran(builder, ['a'], 5);
        const steps = [builder.origin(a, origin('t0'))];
        let queries = 0;
        for (const one of all) {
          const parent = steps[one.parent % steps.length]!;
          const from = parent.reference?.to.table ?? 't0';
          const follow = builder.follow(a, parent, reference(from, `t${one.table}`));
          count(follow, one.place, one.queries, 1, 1);
          if (follow.evidence === null) follow.addEvidence(one.sure ? CERTAIN : DOUBTFUL);
          if (follow !== parent) steps.push(follow);
          queries += one.queries;
        }
        const view = viewProfile(builder);
        const byPlace = view.contexts.reduce((sum, context) => sum + context.own.queries, 0);
        const byOrigin = view.contexts.reduce((sum, context) => sum + context.byOrigin.queries, 0);
        expect([view.total.queries, byPlace, byOrigin]).toEqual([queries, queries, queries]);
      }),
    );
  });

  test('the profile is not changed by being looked at', () => {
    const builder = new Builder();
    const a = ran(builder, ['a'], 10);
    const book = count(builder.origin(a, origin('book')), ['a'], 10, 10, 1);
    count(builder.follow(a, book, reference('book', 'author')), ['b'], 5, 5, 1).addEvidence(DOUBTFUL);
    const first = JSON.stringify(viewProfile(builder));
    expect(builder.contexts.size).toBe(1);
    expect(JSON.stringify(viewProfile(builder))).toBe(first);
  });
});

describe('costs', () => {
  const builder = new Builder();
  const page = ran(builder, ['page'], 10);
  const sidebar = ran(builder, ['page', 'sidebar'], 10);
  const book = count(builder.origin(page, origin('book')), ['page'], 10, 10, 2);
  count(builder.follow(page, book, reference('book', 'author')), ['page', 'sidebar'], 100, 10, 1);
  count(builder.origin(sidebar, origin('review')), ['page', 'sidebar'], 10, 10, 3);
  builder.context(['other']).runs = 1;
  const other = builder.origin(builder.context(['other']), origin('tag'));
  count(other, ['queue'], 1, 1, 500);
  other.use(['queue']).wait.record(100 * MS);
  const view = viewProfile(builder);
  const cost = (...path: string[]): number[] => {
    const { own, inclusive, byOrigin } = at(view, ...path);
    return [own, inclusive, byOrigin].map((use) => costOf(use) / MS);
  };

  test('are own by place, inclusive of what is nested, and by origin', () => {
    expect(cost('page')).toEqual([20, 150, 120]);
    expect(cost('page', 'sidebar')).toEqual([130, 130, 30]);
    expect(cost('other')).toEqual([0, 0, 600]);
    expect(costOf(view.total) / MS).toBe(750);
  });

  test('rank the contexts; one that is only a place has a row', () => {
    expect(view.contexts.map(({ path }) => path)).toEqual([
      ['queue'],
      ['page', 'sidebar'],
      ['page'],
      ['other'],
    ]);
    expect(at(view, 'queue')).toMatchObject({ runs: 0, trails: [] });
    expect(cost('queue')).toEqual([600, 600, 0]);
  });

  test('a name that begins with another is not inside it', () => {
    const flat = new Builder();
    for (const path of [['a'], ['ab'], ['a', 'b']])
      count(flat.origin(flat.context(path), origin('t')), path, 1, 1, 1);
    expect(costOf(at(viewProfile(flat), 'a').inclusive) / MS).toBe(2);
  });

  test('of an empty profile are none', () => {
    const empty = viewProfile(new Builder());
    expect(empty.contexts).toEqual([]);
    expect(costOf(empty.total)).toBe(0);
  });
});
