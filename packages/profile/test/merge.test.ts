import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addEvidence,
  addPlans,
  confirmed,
  type Evidence,
  mergeEvidence,
  mergeSegments,
  OTHER,
  type PlanRecord,
  ProfileBuilder,
  type Segment,
  weightAt,
} from '../src/index.ts';
import { CERTAIN, head, origin, segments, unordered } from './support.ts';

const NEVER = { half_life_days: Number.POSITIVE_INFINITY, now_ms: 10_000 };
const DAY_MS = 86_400_000;

describe('merging segments', () => {
  test('does not depend on their order', () => {
    fc.assert(
      fc.property(segments, fc.infiniteStream(fc.nat()), (all, random) => {
        const shuffled = all
          .map((segment) => ({ segment, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ segment }) => segment);
        expect(mergeSegments(shuffled, NEVER).toSegment(head())).toEqual(
          mergeSegments(all, NEVER).toSegment(head()),
        );
      }),
    );
  });

  test('does not depend on their grouping', () => {
    fc.assert(
      fc.property(segments, fc.nat(5), (all, cut) => {
        const group = (some: typeof all, from_ms: number): (typeof all)[number] =>
          mergeSegments(some, NEVER).toSegment(head({ from_ms }));
        const grouped = mergeSegments([group(all.slice(0, cut), 0), group(all.slice(cut), 1)], NEVER);
        expect(unordered(grouped)).toEqual(unordered(mergeSegments(all, NEVER)));
      }),
    );
  });

  test('loses and invents no query', () => {
    fc.assert(
      fc.property(segments, (all) => {
        const queries = (text: string): number =>
          [...text.matchAll(/"queries":(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
        const merged = mergeSegments(all, NEVER).toSegment(head());
        expect(queries(JSON.stringify(merged))).toBe(queries(JSON.stringify(all)));
      }),
    );
  });

  test('leaves the segments as they were', () => {
    fc.assert(
      fc.property(segments, (all) => {
        const before = structuredClone(all);
        mergeSegments(all, { now_ms: 100 * DAY_MS });
        expect(all).toEqual(before);
      }),
    );
  });
});

describe('decay', () => {
  const segmentOf = (to_ms: number): ReturnType<ProfileBuilder['toSegment']> => {
    const builder = new ProfileBuilder();
    const context = builder.context(['a']);
    context.ran(1000);
    const use = builder.origin(context, origin('book')).use(['a']);
    use.observe({ queries: 8, objects: 16, repeats: 4, failed: 0, time_ns: 1000, wait_ns: 0 });
    return builder.toSegment(head({ from_ms: to_ms - 1000, to_ms }));
  };

  test('halves counts every half-life, from whole days', () => {
    expect(weightAt(0, 0, 14)).toBe(1);
    expect(weightAt(0, DAY_MS - 1, 14)).toBe(1);
    expect(weightAt(0, 14 * DAY_MS, 14)).toBe(0.5);
    expect(weightAt(0, 28 * DAY_MS, 14)).toBe(0.25);
  });

  test('is none for what comes from the future, and none when it is turned off', () => {
    expect(weightAt(5 * DAY_MS, 0, 14)).toBe(1);
    expect(weightAt(0, 1000 * DAY_MS, Number.POSITIVE_INFINITY)).toBe(1);
  });

  test('leaves what is per run as it was', () => {
    const now_ms = 40 * DAY_MS;
    const context = mergeSegments([segmentOf(now_ms - 14 * DAY_MS)], { now_ms }).context(['a']);
    const use = [...context.trails.values()][0]!.use(['a']);
    expect([context.runs, use.queries, use.objects, use.repeats, use.time.count]).toEqual([
      0.5, 4, 8, 2, 0.5,
    ]);
    expect(use.queries / context.runs).toBe(8);
  });

  test('lets newer days outweigh older ones', () => {
    const now_ms = 100 * DAY_MS;
    const merged = mergeSegments([segmentOf(now_ms), segmentOf(now_ms - 28 * DAY_MS)], { now_ms });
    expect(merged.context(['a']).runs).toBe(1.25);
  });
});

describe('beyond a limit', () => {
  const named = (from_ms: number, names: readonly string[], hash: string): Segment => {
    const builder = new ProfileBuilder();
    for (const name of names) {
      const context = builder.context([name]);
      context.ran(1);
      builder.origin(context, origin('book')).sawStatement(hash);
    }
    return builder.toSegment(head({ from_ms, to_ms: from_ms + 1 }));
  };

  test('it is what is oldest that stands under (other), not what the program does now', () => {
    const names = (prefix: string): string[] => Array.from({ length: 600 }, (_, i) => `${prefix} ${i}`);
    const merged = mergeSegments(
      [named(0, names('old'), 'a'), named(1, names('older release'), 'a'), named(9, names('new'), 'a')],
      NEVER,
    );
    for (const name of names('new')) expect(merged.contexts.get(name)?.runs).toBe(1);
    expect(merged.context([OTHER]).runs).toBe(800);
  });

  test('of many releases of a statement the one that is sent now stands first', () => {
    const day = (days: number, hash: string): Segment => named(days * DAY_MS, ['a'], hash);
    const past = Array.from({ length: 60 }, (_, i) => day(i, `release ${i >> 3}`));
    const now_ms = 100 * DAY_MS;
    const merged = mergeSegments([...past, day(99, 'now'), day(100, 'now')], { now_ms });
    const [step] = merged.context(['a']).trails.values();
    expect(step!.toRecord().statements[0]).toBe('now');
  });
});

describe('evidence', () => {
  const evidence: fc.Arbitrary<Evidence> = fc.record({
    tested: fc.nat(100),
    explained: fc.nat(100),
    log_ratio: fc.integer({ min: -50, max: 50 }),
    signatures: fc.nat(5),
    siblings: fc.nat(100),
    followed: fc.nat(100),
    values: fc.nat(20),
  });

  test('adds the same either way round', () => {
    fc.assert(
      fc.property(evidence, evidence, (a, b) => {
        expect(addEvidence(a, b)).toEqual(addEvidence(b, a));
        expect(mergeEvidence(a, b)).toEqual(mergeEvidence(b, a));
      }),
    );
  });

  test('of many segments merges to the same in whatever order and grouping, written and read between or not', () => {
    const merged = (all: readonly Evidence[]): Evidence => all.reduce((a, b) => mergeEvidence(a, b));
    const written = (one: Evidence): Evidence => JSON.parse(JSON.stringify(one)) as Evidence;
    fc.assert(
      fc.property(
        fc.array(evidence, { minLength: 3, maxLength: 6 }),
        fc.nat(),
        fc.nat(),
        (all, seed, cut) => {
          const shuffled = all
            .map((one, i) => ({ one, at: (i * 7919 + seed) % 31 }))
            .sort((a, b) => a.at - b.at)
            .map(({ one }) => one);
          const middle = 1 + (cut % (all.length - 1));
          const halves = [merged(shuffled.slice(0, middle)), merged(shuffled.slice(middle))].map(written);
          expect(merged(halves)).toEqual(merged(all));
        },
      ),
    );
  });

  test('of single sequences counts once, beside what others say by themselves', () => {
    const single = (log_ratio: number): Evidence => ({ ...CERTAIN, log_ratio, signatures: 1 });
    const several: Evidence = { ...CERTAIN, log_ratio: 10, signatures: 2 };
    const both = mergeEvidence(mergeEvidence(single(3), several), single(4));
    expect(both).toMatchObject({ log_ratio: 14, signatures: 3, explained: 30 });
    // What speaks against is not doubted.
    expect(mergeEvidence(single(-3), single(-4))).toMatchObject({ log_ratio: -7 });
  });

  test('of one constant sequence, however many processes see it, stays as weak as once', () => {
    const once: Evidence = {
      tested: 5,
      explained: 5,
      log_ratio: 3,
      signatures: 1,
      siblings: 5,
      followed: 5,
      values: 5,
    };
    let often = once;
    for (let i = 0; i < 1000; i++) often = mergeEvidence(often, once);
    expect(often.log_ratio).toBe(3);
    expect(confirmed(often)).toBe(false);
  });

  test('none is needed where the load was exact', () => {
    expect(confirmed(null)).toBe(true);
    expect(confirmed(CERTAIN)).toBe(true);
  });

  test('is not enough with too few follows, too small a ratio, or too few of the siblings', () => {
    expect(confirmed({ ...CERTAIN, explained: 2 })).toBe(false);
    expect(confirmed({ ...CERTAIN, log_ratio: 1 })).toBe(false);
    expect(confirmed({ ...CERTAIN, signatures: 1, followed: 1 })).toBe(false);
    expect(confirmed({ ...CERTAIN, signatures: 1 })).toBe(true);
  });
});

describe('plans', () => {
  const plan = (node: string, samples: number): PlanRecord => ({
    samples,
    planning_ns: 10 * samples,
    execution_ns: 100 * samples,
    root: {
      node,
      relation: 'book',
      index: null,
      condition: null,
      loops: samples,
      rows_in: 5 * samples,
      rows_out: samples,
      rows_planned: samples,
      time_ns: 90 * samples,
      blocks_hit: 3 * samples,
      blocks_read: samples,
      children: [],
    },
  });

  test('of one shape add up', () => {
    expect(addPlans(plan('Seq Scan', 2), plan('Seq Scan', 3))).toEqual(plan('Seq Scan', 5));
    expect(addPlans(null, plan('Seq Scan', 2))).toEqual(plan('Seq Scan', 2));
    expect(addPlans(plan('Seq Scan', 2), null)).toEqual(plan('Seq Scan', 2));
  });

  const segmentWith = (from_ms: number, ...plans: PlanRecord[]): Segment => {
    const builder = new ProfileBuilder();
    const step = builder.origin(builder.context(['a']), origin('book'));
    for (const one of plans) step.addPlan(one);
    return builder.toSegment(head({ from_ms, to_ms: from_ms + 1 }));
  };
  const planOf = (builder: ProfileBuilder): PlanRecord | null =>
    [...builder.context(['a']).trails.values()][0]!.plan;

  test('of one segment: the shape that most samples had stands, whichever came first', () => {
    const seen = [plan('Seq Scan', 1), plan('Index Scan', 1), plan('Index Scan', 1)];
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [1, 2, 0],
    ]) {
      const segment = segmentWith(0, ...order.map((i) => seen[i]!));
      expect(planOf(mergeSegments([segment], NEVER))).toEqual(plan('Index Scan', 2));
    }
  });

  test('of many segments: the newest stands, so that an index that was created shows', () => {
    const before = [0, 1, 2, 3].map((at) => segmentWith(at, plan('Seq Scan', 5)));
    const after = segmentWith(9, plan('Index Scan', 2));
    expect(planOf(mergeSegments([after, ...before], NEVER))).toEqual(plan('Index Scan', 2));
    expect(planOf(mergeSegments([after, segmentWith(10), ...before], NEVER))).toEqual(plan('Index Scan', 2));
    const again = segmentWith(11, plan('Seq Scan', 1));
    expect(planOf(mergeSegments([after, again, ...before], NEVER))).toEqual(plan('Seq Scan', 21));
  });

  test('of different steps and shapes do not add: the one seen more often stands', () => {
    expect(addPlans(plan('Seq Scan', 2), plan('Index Scan', 3))).toEqual(plan('Index Scan', 3));
    expect(addPlans(plan('Seq Scan', 3), plan('Index Scan', 2))).toEqual(plan('Seq Scan', 3));
  });
});
