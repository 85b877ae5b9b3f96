import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ContextProfile,
  confirmed,
  type EntityName,
  type Evidence,
  type Origin,
  ProfileBuilder,
  type Reference,
  type Segment,
  type Step,
  type StepView,
  viewProfile,
} from '../src/index.ts';
import { CERTAIN, DOUBTFUL, head, origin, reference, table } from './support.ts';
import { at, count, ran, shape } from './view-support.ts';

const START_UP = ['(start-up)'];
/** Twice this is confirmed, once is not. */
const HALF: Evidence = { ...CERTAIN, explained: 2, log_ratio: 4, signatures: 2, values: 2 };
const AGAINST: Evidence = { ...HALF, explained: 0, log_ratio: -7, followed: 0 };

function follow(
  builder: ProfileBuilder,
  context: ContextProfile,
  parent: Step,
  name: string,
  evidence: Evidence,
): Step {
  const from = parent.reference?.to ?? (parent.origin as { entity: EntityName }).entity;
  const step = builder.follow(context, parent, reference(from.table, name));
  step.addEvidence(evidence);
  return step;
}

/** `from.column -> to.to_column`, where the latter is no key. */
function backward(from: string, column: string, to: string, to_column: string): Reference {
  return {
    ...reference(from, to),
    from_columns: [column],
    to_columns: [to_column],
    holder: 'both',
    many: true,
  };
}

function* stepsOf(steps: readonly StepView[]): Generator<StepView> {
  for (const step of steps) {
    yield step;
    yield* stepsOf(step.children);
  }
}

describe('what was followed from a candidate', () => {
  test('is told by what stands where its queries were issued', () => {
    const page = ['GET /people/:n/said'];
    const said: Origin = { kind: 'query', entity: table('comment'), by: ['person_id'], order: [] };
    const toArticle = reference('comment', 'article');
    const builder = new ProfileBuilder();
    const startUp = ran(builder, START_UP, 1);
    const articles = count(builder.origin(startUp, origin('article')), START_UP, 1, 1, 1);
    const comments = builder.follow(
      startUp,
      articles,
      backward('article', 'author_id', 'comment', 'person_id'),
    );
    comments.otherwise = said;
    comments.addEvidence(DOUBTFUL);
    count(comments, page, 2, 2, 1);
    const again = count(builder.follow(startUp, comments, toArticle), page, 2, 1, 1);
    again.addEvidence(HALF);
    const context = ran(builder, page, 18);
    const free = count(builder.origin(context, said), page, 16, 16, 1);
    count(builder.follow(context, free, toArticle), page, 36, 16, 1).addEvidence(CERTAIN);

    const view = viewProfile(builder);
    expect(at(view, ...START_UP).trails.map(shape)).toEqual([['article', 1]]);
    expect(at(view, ...page).trails.map(shape)).toEqual([['comment', 18, ['article', 38]]]);
    const [trail] = at(view, ...page).trails;
    expect(trail!.maybeFrom.map(({ evidence }) => evidence)).toEqual([DOUBTFUL]);
    expect(trail!.children[0]!.evidence).toMatchObject({ explained: 12, log_ratio: 44, signatures: 7 });
  });

  test('is confirmed by both, where neither would be by itself', () => {
    const builder = new ProfileBuilder();
    const a = ran(builder, ['a'], 10);
    const own = count(builder.origin(a, origin('author')), ['a'], 3, 3, 1);
    count(follow(builder, a, own, 'city', HALF), ['a'], 2, 2, 1);
    const startUp = ran(builder, START_UP, 1);
    const book = count(builder.origin(startUp, origin('book')), START_UP, 1, 1, 1);
    const author = count(follow(builder, startUp, book, 'author', DOUBTFUL), ['a'], 1, 1, 1);
    count(follow(builder, startUp, author, 'city', HALF), ['a'], 2, 2, 1);
    expect(at(viewProfile(builder), 'a').trails.map(shape)).toEqual([['author', 4, ['city', 4]]]);
  });

  test('and by what arrives over several contexts, whatever they are called', () => {
    // c's own `city -> country` is not confirmed but with what comes from a and b, and that by way of b.
    for (const [a, b, c] of [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'c', 'a'],
    ].map((names) => names.map((name) => [name]))) {
      const builder = new ProfileBuilder();
      const inC = ran(builder, c!, 10);
      const city = count(builder.origin(inC, origin('city')), c!, 3, 3, 1);
      count(follow(builder, inC, city, 'country', { ...HALF, log_ratio: 3 }), c!, 1, 1, 1);
      const inB = ran(builder, b!, 10);
      const author = count(builder.origin(inB, origin('author')), b!, 3, 3, 1);
      const cityOfB = count(follow(builder, inB, author, 'city', DOUBTFUL), c!, 1, 1, 1);
      count(follow(builder, inB, cityOfB, 'country', { ...HALF, log_ratio: 2 }), c!, 1, 1, 1);
      const inA = ran(builder, a!, 10);
      const book = count(builder.origin(inA, origin('book')), a!, 3, 3, 1);
      const authorOfA = count(follow(builder, inA, book, 'author', DOUBTFUL), b!, 1, 1, 1);
      const cityOfA = count(follow(builder, inA, authorOfA, 'city', DOUBTFUL), c!, 1, 1, 1);
      count(follow(builder, inA, cityOfA, 'country', { ...HALF, log_ratio: 2 }), c!, 1, 1, 1);
      const view = viewProfile(builder);
      expect(at(view, ...c!).trails.map(shape)).toEqual([['city', 5, ['country', 3]]]);
      expect(at(view, ...b!).trails.map(shape)).toEqual([['author', 4]]);
      expect(at(view, ...a!).trails.map(shape)).toEqual([['book', 3]]);
    }
  });

  test('may count against a follow: then it is none', () => {
    const builder = new ProfileBuilder();
    const a = ran(builder, ['a'], 10);
    const own = count(builder.origin(a, origin('author')), ['a'], 3, 3, 1);
    count(follow(builder, a, own, 'city', { ...CERTAIN, log_ratio: 8 }), ['a'], 7, 3, 1);
    const startUp = ran(builder, START_UP, 1);
    const book = count(builder.origin(startUp, origin('book')), START_UP, 1, 1, 1);
    const author = count(follow(builder, startUp, book, 'author', DOUBTFUL), ['a'], 1, 1, 1);
    count(follow(builder, startUp, author, 'city', AGAINST), ['a'], 2, 2, 1);
    const { trails } = at(viewProfile(builder), 'a');
    expect(trails.map(shape)).toEqual([
      ['city', 9],
      ['author', 4],
    ]);
    expect(trails[0]!.maybeFrom.map(({ evidence }) => evidence.log_ratio)).toEqual([1]);
  });

  test('brings its evidence to each root once, also where its parts meet again', () => {
    const background = ['(background)'];
    const page = ['page'];
    const builder = new ProfileBuilder();
    const startUp = ran(builder, START_UP, 1);
    const book = count(builder.origin(startUp, origin('book')), START_UP, 1, 1, 1);
    const author = follow(builder, startUp, book, 'author', DOUBTFUL);
    const city = follow(builder, startUp, author, 'city', { ...DOUBTFUL, explained: 2 });
    for (const place of [background, page]) {
      count(author, place, 1, 1, 1);
      count(city, place, 1, 1, 1);
    }
    // Objects of the background are followed in the page too: the part that went there comes to it this way.
    const inBackground = ran(builder, background, 0);
    const own = count(builder.origin(inBackground, origin('author')), background, 1, 1, 1);
    count(follow(builder, inBackground, own, 'city', DOUBTFUL), page, 1, 1, 1);
    const view = viewProfile(builder);
    const cities = at(view, ...page).trails.find(
      (step) => step.origin?.kind === 'query' && step.origin.entity?.table === 'city',
    );
    expect(cities!.total.queries).toBe(2);
    expect(cities!.maybeFrom.map(({ evidence }) => evidence)).toEqual([
      { ...DOUBTFUL, tested: 20, explained: 3, log_ratio: 2, signatures: 2, siblings: 20, followed: 20 },
    ]);
  });

  test('elsewhere goes with the first of the places that have most queries, by name', () => {
    for (const places of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const builder = new ProfileBuilder();
      const startUp = ran(builder, START_UP, 1);
      const book = count(builder.origin(startUp, origin('book')), START_UP, 1, 1, 1);
      const author = follow(builder, startUp, book, 'author', DOUBTFUL);
      for (const place of places) count(author, [place], 2, 2, 1);
      count(follow(builder, startUp, author, 'city', CERTAIN), ['c'], 5, 5, 1);
      const view = viewProfile(builder);
      expect(at(view, 'a').trails.map(shape)).toEqual([['author', 2, ['city', 5]]]);
      expect(at(view, 'b').trails.map(shape)).toEqual([['author', 2]]);
    }
  });

  test('of its own kind comes back to its trail before the rest of it is decided', () => {
    const tree: Origin = { kind: 'query', entity: table('part'), by: ['parent_id'], order: [] };
    const builder = new ProfileBuilder();
    const a = ran(builder, ['a'], 10);
    const top = count(builder.origin(a, tree), ['a'], 5, 5, 9);
    // By its key the maker comes first.
    count(follow(builder, a, top, 'maker', HALF), ['a'], 2, 2, 1);
    const below = count(builder.follow(a, top, backward('part', 'id', 'part', 'parent_id')), ['a'], 3, 3, 1);
    below.otherwise = tree;
    below.addEvidence(DOUBTFUL);
    count(follow(builder, a, below, 'maker', HALF), ['a'], 2, 2, 1);
    expect(at(viewProfile(builder), 'a').trails.map(shape)).toEqual([['part', 8, ['maker', 4]]]);
  });
});

describe('any profile', () => {
  const PATHS = [START_UP, ['(background)'], ['a'], ['b'], ['a', 'in']];
  const one = fc.record({
    context: fc.constantFrom(...PATHS),
    /** Tables; the first is the origin's. */
    trail: fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
    place: fc.constantFrom(...PATHS),
    queries: fc.integer({ min: 1, max: 9 }),
    evidence: fc.constantFrom(CERTAIN, HALF, HALF, { ...DOUBTFUL, signatures: 2 }, AGAINST),
  });
  type One = typeof one extends fc.Arbitrary<infer T> ? T : never;

  function build(all: readonly One[]): ProfileBuilder {
    const builder = new ProfileBuilder();
    for (const { context: path, trail, place, queries, evidence } of all) {
      const context = builder.context(path);
      let step = builder.origin(context, origin(`t${trail[0]}`));
      for (const to of trail.slice(1)) {
        const from = step.reference?.to.table ?? `t${trail[0]}`;
        step = builder.follow(context, step, reference(from, `t${to}`));
        step.evidence ??= evidence;
      }
      count(step, place, queries, 1, queries);
    }
    return builder;
  }

  const segments = fc
    .array(fc.array(one, { minLength: 1, maxLength: 25 }), { minLength: 1, maxLength: 4 })
    .map((all) => all.map((some) => build(some).toSegment(head())));

  function viewOf(all: readonly Segment[]): ReturnType<typeof viewProfile> {
    const builder = new ProfileBuilder();
    for (const segment of all) builder.add(segment);
    return viewProfile(builder);
  }

  test('shows only follows that are confirmed, and loses and doubles nothing', () => {
    fc.assert(
      fc.property(segments, (all) => {
        const queries = JSON.stringify(all).match(/"queries":\d+/g)!;
        const sum = queries.reduce((total, text) => total + Number(text.slice(10)), 0);
        const { contexts, total } = viewOf(all);
        const byPlace = contexts.reduce((so_far, { own }) => so_far + own.queries, 0);
        const byOrigin = contexts.reduce((so_far, context) => so_far + context.byOrigin.queries, 0);
        expect([total.queries, byPlace, byOrigin]).toEqual([sum, sum, sum]);
        for (const { trails } of contexts) {
          for (const { evidence } of stepsOf(trails)) expect(confirmed(evidence)).toBe(true);
        }
      }),
    );
  });

  test('is shown the same, to the last digit, whatever the order of its contexts', () => {
    const shuffled = fc.array(one, { minLength: 1, maxLength: 40 }).chain((all) => {
      const segment = build(all).toSegment(head());
      const { contexts } = segment;
      return fc
        .shuffledSubarray([...contexts], { minLength: contexts.length })
        .map((other): [Segment, Segment] => [segment, { ...segment, contexts: other }]);
    });
    fc.assert(
      fc.property(shuffled, ([segment, other]) => {
        expect(JSON.stringify(viewOf([other]))).toBe(JSON.stringify(viewOf([segment])));
      }),
      { numRuns: 300 },
    );
  });

  test('is shown the same, but for what is "first seen", whatever the order of segments, trails and steps', () => {
    fc.assert(
      fc.property(segments, fc.infiniteStream(fc.nat(1_000_000)), (all, order) => {
        const other = shuffle(all, () => order.next().value!) as Segment[];
        expect(unordered(viewOf(other))).toEqual(unordered(viewOf(all)));
      }),
      { numRuns: 300 },
    );
  });
});

/** The same with its arrays in another order, except those of names and numbers. */
function shuffle(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) {
    if (value.some((one) => typeof one !== 'object')) return value;
    const keyed = value.map((one) => [random(), shuffle(one, random)] as const);
    return keyed.sort((a, b) => a[0] - b[0]).map(([, one]) => one);
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shuffle(field, random)]));
  return value;
}

function unordered(value: unknown): unknown {
  const sorted = (one: unknown): unknown => {
    if (Array.isArray(one)) {
      if (one.some((item) => typeof item !== 'object')) return one;
      const items = one.map((item) => [JSON.stringify(sorted(item)), sorted(item)] as const);
      return items.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, item]) => item);
    }
    if (typeof one === 'object' && one !== null)
      return Object.fromEntries(Object.entries(one).map(([name, field]) => [name, sorted(field)]));
    return one;
  };
  return sorted(JSON.parse(JSON.stringify(value)));
}
