/** Segments for the tests of merging, saving and reading. */
import fc from 'fast-check';
import {
  type EntityName,
  type Evidence,
  type Origin,
  ProfileBuilder,
  type Reference,
  type Segment,
  type SegmentHead,
} from '../src/index.ts';

export function table(name: string): EntityName {
  return { database: 'd', schema: 'public', table: name };
}

export function origin(name: string): Origin {
  return { kind: 'query', entity: table(name), by: ['id'], order: [] };
}

export function reference(from: string, to: string, column = `${to}_id`): Reference {
  return {
    from: table(from),
    from_columns: [column],
    to: table(to),
    to_columns: ['id'],
    via: null,
    holder: 'from',
    many: false,
    known_by: 'foreign-key',
    or_columns: [],
  };
}

export const CERTAIN: Evidence = {
  tested: 10,
  explained: 10,
  log_ratio: 40,
  signatures: 5,
  siblings: 10,
  followed: 10,
  values: 5,
};
export const DOUBTFUL: Evidence = { ...CERTAIN, explained: 1, log_ratio: 1, signatures: 1, values: 1 };

export function head(more: Partial<SegmentHead> = {}): SegmentHead {
  return { program: 'p', node: 'v24.9.0', pid: 1, thread: 0, from_ms: 0, to_ms: 1000, ...more };
}

/** One load, as the recorder would count it. */
interface LoadSeen {
  readonly context: number;
  readonly trail: readonly number[];
  readonly elsewhere: boolean;
  readonly objects: number;
  readonly time_ns: number;
}

const load: fc.Arbitrary<LoadSeen> = fc.record({
  context: fc.nat(2),
  trail: fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
  elsewhere: fc.boolean(),
  objects: fc.nat(20),
  time_ns: fc.nat(10_000_000),
});

const TABLES = ['author', 'book', 'review'];

function feed(builder: ProfileBuilder, { context, trail, elsewhere, objects, time_ns }: LoadSeen): void {
  const at = builder.context([`context ${context}`]);
  at.ran(time_ns * 2);
  let step = builder.origin(at, origin(TABLES[trail[0]!]!));
  for (let i = 1; i < trail.length; i++) {
    step = builder.follow(at, step, reference(TABLES[trail[i - 1]!]!, TABLES[trail[i]!]!));
  }
  const use = step.use(elsewhere ? ['elsewhere'] : at.path);
  use.observe({ queries: 1, objects, repeats: 0, failed: 0, time_ns, wait_ns: 5 });
  use.keys++;
  use.roots++;
  builder.note('NOTE');
}

/** Segments as several processes would write them, in order of time. */
export const segments: fc.Arbitrary<Segment[]> = fc
  .array(fc.array(load, { maxLength: 8 }), { minLength: 1, maxLength: 5 })
  .map((all) =>
    all.map((loads, i) => {
      const builder = new ProfileBuilder();
      for (const one of loads) feed(builder, one);
      return builder.toSegment(head({ pid: i + 1, from_ms: i * 1000, to_ms: i * 1000 + 900 }));
    }),
  );

/** What a builder holds, with no order in it. */
export function unordered(builder: ProfileBuilder): unknown {
  return sorted(JSON.parse(JSON.stringify(builder.toSegment(head()))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(sorted);
    // Numbers are pairs of bucket and count: their order means something.
    if (all.every((one) => typeof one === 'number')) return all;
    return all.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, sorted(field)]));
  return value;
}
