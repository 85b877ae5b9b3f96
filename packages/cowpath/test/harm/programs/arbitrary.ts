import fc from 'fast-check';
import { FORMS, type Operation, type PoolOperation, type Program, type Query } from './program.ts';
import { QUERIES, READS } from './queries.ts';

const PAGED = READS.filter((name) => name !== 'syntax');

const query: fc.Arbitrary<Query> = fc
  .record({
    name: fc.constantFrom(...Object.keys(QUERIES)),
    n: fc.integer({ min: 0, max: 12 }),
    form: fc.constantFrom(...FORMS),
  })
  // A statement read in pages that fails is never answered by the driver: it sends no sync.
  .map((one) => (one.form === 'paged' ? { ...one, name: PAGED[one.n % PAGED.length]! } : one));
/** For calls side by side, whose order is the database's: what they see must not depend on it. */
const read: fc.Arbitrary<Query> = query.map((one) => ({ ...one, name: PAGED[one.n % PAGED.length]! }));
/** For what takes one statement and its values only. */
const plain: fc.Arbitrary<Query> = query.map((one) => ({ ...one, form: 'text' }));
const unpaged = query.map((one): Query => (one.form === 'paged' ? { ...one, form: 'config' } : one));
const queries = fc.array(unpaged, { minLength: 1, maxLength: 5 });

const simple = (query: fc.Arbitrary<Query>): fc.Arbitrary<Operation> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constantFrom('promise', 'callback', 'row events', 'unheard'), query }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('not awaited' as const), queries }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('cursor' as const),
        query: plain,
        reads: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }),
        close: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('stream' as const),
        query: plain,
        batch: fc.integer({ min: 1, max: 9 }),
        destroyAfter: fc.option(fc.integer({ min: 1, max: 4 })),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('copy in' as const),
        rows: fc.integer({ min: 0, max: 50 }),
        fail: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('copy out', 'notify', 'throwing callback', 'bad call') }),
    },
  ) as fc.Arbitrary<Operation>;

const rare = fc.record({ kind: fc.constantFrom('cancel', 'timeout', 'lost') }) as fc.Arbitrary<Operation>;

const transaction: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('transaction' as const),
  operations: fc.array(simple(unpaged), { minLength: 1, maxLength: 4 }),
  end: fc.constantFrom('commit', 'rollback', 'savepoint'),
});

const poolOperation = fc.oneof(
  fc.record({ kind: fc.constantFrom('query', 'query callback', 'checked out'), query }),
  fc.record({ kind: fc.constant('many' as const), query: read, times: fc.integer({ min: 2, max: 15 }) }),
  fc.record({ kind: fc.constant('connect callback' as const), query, releaseWithError: fc.boolean() }),
  fc.record({ kind: fc.constant('end with work left' as const), query: read }),
) as fc.Arbitrary<PoolOperation>;

export const program: fc.Arbitrary<Program> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      on: fc.constant('client' as const),
      binary: fc.boolean(),
      operations: fc.array(
        fc.oneof(
          { weight: 12, arbitrary: simple(query) },
          { weight: 3, arbitrary: transaction },
          { weight: 1, arbitrary: rare },
        ),
        { minLength: 1, maxLength: 7 },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ on: fc.constant('pipeline' as const), queries }) },
  {
    weight: 2,
    arbitrary: fc.record({
      on: fc.constant('pool' as const),
      max: fc.constantFrom(1, 2, 10),
      subclass: fc.boolean(),
      operations: fc.array(poolOperation, { minLength: 1, maxLength: 4 }),
    }),
  },
);
