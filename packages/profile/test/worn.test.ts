import { describe, expect, test } from 'vitest';
import {
  type ContextProfile,
  ProfileBuilder,
  type Step,
  type StepView,
  viewProfile,
  WORN_QUERY_QUANTILE,
  WORN_RULE,
  WORN_SAVING_MS_PER_RUN_MIN,
  WORN_SHARE_MIN,
  type WornInput,
  wornBy,
} from '../src/index.ts';
import { CERTAIN, DOUBTFUL, origin, reference } from './support.ts';

const MS = 1_000_000;

/** 50 queries of 0.2 ms a run, in a context that spends 20 ms a run. */
const PLAIN: WornInput = {
  queries: 500,
  occurred: 10,
  depth: 1,
  query_ns: 0.2 * MS,
  runs: 10,
  context_ns: 200 * MS,
  per: 'run',
};

describe('the rule', () => {
  test('a batch saves all queries but one a run, at their median time', () => {
    expect(wornBy(PLAIN)).toEqual({
      saving_ms_per_run: expect.closeTo(49 * 0.2, 10),
      share: 0.49,
      per: 'run',
    });
  });

  test('is weighed by the share of runs in which the step occurs', () => {
    expect(wornBy({ ...PLAIN, queries: 250, occurred: 5 })!.saving_ms_per_run).toBeCloseTo(
      49 * 0.2 * 0.5,
      10,
    );
  });

  test('needs 5 % of the context: a little less is not worn', () => {
    const context_ns = (10 * 49 * 0.2 * MS) / WORN_SHARE_MIN;
    expect(wornBy({ ...PLAIN, context_ns })).not.toBeNull();
    expect(wornBy({ ...PLAIN, context_ns: context_ns * 1.001 })).toBeNull();
  });

  test('needs 1 ms a run: a little less is not worn', () => {
    const query_ns = (WORN_SAVING_MS_PER_RUN_MIN * MS) / 49;
    expect(wornBy({ ...PLAIN, query_ns: query_ns * 1.001 })).not.toBeNull();
    expect(wornBy({ ...PLAIN, query_ns: query_ns * 0.999 })).toBeNull();
  });

  test('one query a run is never worn, however slow', () => {
    expect(wornBy({ ...PLAIN, queries: 10, query_ns: 1000 * MS, context_ns: 10_000 * MS })).toBeNull();
  });

  test('a recursion needs a batch a level', () => {
    expect(wornBy({ ...PLAIN, depth: 4 })!.saving_ms_per_run).toBeCloseTo(46 * 0.2, 10);
  });

  test('of nothing is nothing', () => {
    expect(wornBy({ ...PLAIN, queries: 0 })).toBeNull();
    expect(wornBy({ ...PLAIN, runs: 0 })).toBeNull();
    expect(wornBy({ ...PLAIN, context_ns: 0 })).toBeNull();
  });

  test('is said with its own figures', () => {
    expect(WORN_RULE).toContain(`${WORN_SHARE_MIN * 100} %`);
    expect(WORN_RULE).toContain(`${WORN_SAVING_MS_PER_RUN_MIN} ms`);
    expect(WORN_QUERY_QUANTILE).toBe(0.5);
    expect(WORN_RULE).toContain('median');
  });
});

function ran(builder: ProfileBuilder, path: string[], runs: number): ContextProfile {
  const context = builder.context(path);
  for (let i = 0; i < runs; i++) context.ran(50 * MS);
  return context;
}

function count(step: Step, place: readonly string[], queries: number, roots: number, ms: number): Step {
  const use = step.use(place);
  use.queries += queries;
  use.roots += roots;
  use.time.record(ms * MS, queries);
  use.wait.record(0, queries);
  return step;
}

/** The only follow of the only trail of a context. */
function followOf(builder: ProfileBuilder, ...path: string[]): StepView {
  const context = viewProfile(builder).contexts.find((one) => one.path.join() === path.join());
  return context!.trails[0]!.children[0]!;
}

/** A context of so many runs, with books loaded in it and their authors followed. */
function loop(
  path: string[],
  runs: number,
  more: { places?: string[][]; roots?: number } = {},
): ProfileBuilder {
  const builder = new ProfileBuilder();
  const context = ran(builder, path, runs);
  const loaded = Math.max(1, runs);
  const book = count(builder.origin(context, origin('book')), path, loaded, more.roots ?? loaded, 2);
  const author = builder.follow(context, book, reference('book', 'author'));
  author.addEvidence(CERTAIN);
  const places = more.places ?? [path];
  // A root is counted in the place where the step occurred first.
  for (const [i, place] of places.entries())
    count(author, place, (50 * loaded) / places.length, i === 0 ? (more.roots ?? loaded) : 0, 0.2);
  return builder;
}

describe('in a profile', () => {
  test('a loop in a page is worn', () => {
    const { worn } = followOf(loop(['page'], 100), 'page');
    expect(worn!.saving_ms_per_run).toBeCloseTo(49 * 0.2, 0);
    expect(worn!.per).toBe('run');
  });

  test('origins are not, and doubtful follows are not', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 10);
    const book = count(builder.origin(page, origin('book')), ['page'], 500, 10, 1);
    count(builder.follow(page, book, reference('book', 'author')), ['page'], 500, 10, 1).addEvidence(
      DOUBTFUL,
    );
    const [context] = viewProfile(builder).contexts;
    expect(context!.trails.map(({ worn }) => worn)).toEqual([null, null]);
  });

  test('an ambiguous reference can be', () => {
    const builder = new ProfileBuilder();
    const page = ran(builder, ['page'], 10);
    const book = count(builder.origin(page, origin('book')), ['page'], 10, 10, 1);
    const either = { ...reference('book', 'author'), or_columns: [['editor_id']] };
    count(builder.follow(page, book, either), ['page'], 500, 10, 0.2).addEvidence(CERTAIN);
    expect(followOf(builder, 'page').worn).not.toBeNull();
  });

  test('half the queries in a context inside: still one batch', () => {
    const builder = loop(['page'], 100, { places: [['page'], ['page', 'sidebar']] });
    expect(followOf(builder, 'page').worn!.saving_ms_per_run).toBeCloseTo(49 * 0.2, 0);
  });

  test('a context that runs often in one root needs a batch each time', () => {
    // Ten pages, each with 50 rows; each row loads one book and follows its author: nothing to batch.
    const builder = new ProfileBuilder();
    ran(builder, ['page'], 10);
    const row = ran(builder, ['page', 'row'], 500);
    const book = count(builder.origin(row, origin('book')), row.path, 500, 10, 0.2);
    count(builder.follow(row, book, reference('book', 'author')), row.path, 500, 10, 2).addEvidence(CERTAIN);
    expect(followOf(builder, 'page', 'row').worn).toBeNull();
  });

  test('objects loaded at start-up and followed in requests: a run is a request', () => {
    for (const runs of [0, 1]) {
      const builder = new ProfileBuilder();
      const startUp = ran(builder, ['(start-up)'], runs);
      const locale = count(builder.origin(startUp, origin('locale')), startUp.path, 1, 1, 2);
      const label = builder.follow(startUp, locale, reference('locale', 'label'));
      count(label, ['GET /'], 2000, 100, 0.2).addEvidence(CERTAIN);
      const { worn } = followOf(builder, '(start-up)');
      expect(worn!.per).toBe('root');
      expect(worn!.saving_ms_per_run).toBeCloseTo(19 * 0.2, 0);
    }
  });

  test('objects followed here and in a job that outlives the page: a run is one of the page', () => {
    const builder = loop(['page'], 100, { places: [['page'], ['job']] });
    expect(followOf(builder, 'page').worn!.per).toBe('run');
  });

  test('one query a request of an object loaded at start-up is not worn', () => {
    const builder = new ProfileBuilder();
    const startUp = ran(builder, ['(start-up)'], 1);
    const locale = count(builder.origin(startUp, origin('locale')), startUp.path, 1, 1, 2);
    count(builder.follow(startUp, locale, reference('locale', 'label')), ['GET /'], 100, 100, 5).addEvidence(
      CERTAIN,
    );
    expect(followOf(builder, '(start-up)').worn).toBeNull();
  });

  test('a context that has not ended is one run', () => {
    const { worn } = followOf(loop(['job'], 0), 'job');
    expect(worn!.saving_ms_per_run).toBeCloseTo(49 * 0.2, 0);
  });

  test('does not change as the profile decays', () => {
    const builder = loop(['page'], 100);
    const faded = new ProfileBuilder();
    const head = { program: 'p', node: 'v24', pid: 1, thread: 0, from_ms: 0, to_ms: 1 };
    faded.add(builder.toSegment(head), 1 / 1024);
    expect(followOf(faded, 'page').worn).toEqual(followOf(builder, 'page').worn);
  });
});
