import { describe, expect, test } from 'vitest';
import {
  LIMITS,
  mergeSegments,
  ProfileBuilder,
  parseSegment,
  type Segment,
  type SiteFrame,
  Sites,
  viewProfile,
} from '../src/index.ts';
import { CERTAIN, head, origin, reference } from './support.ts';

const DAY_MS = 86_400_000;
const frame = (line: number, file = 'src/book.ts'): SiteFrame => ({
  file,
  line,
  column: 9,
  function: 'load',
});

function segmentWith(frames: readonly SiteFrame[], samples: number, to_ms = 1000): Segment {
  const builder = new ProfileBuilder();
  const context = builder.context(['page']);
  context.ran(1000);
  const step = builder.follow(context, builder.origin(context, origin('book')), reference('book', 'author'));
  step.addEvidence(CERTAIN);
  const use = step.use(['page']);
  use.observe({ queries: 10, objects: 10, repeats: 0, failed: 0, time_ns: 1000, wait_ns: 0 });
  use.sites.add(frames, samples);
  return builder.toSegment(head({ from_ms: to_ms - 1000, to_ms }));
}

function sitesIn(builder: ProfileBuilder): unknown {
  return viewProfile(builder).contexts[0]!.trails[0]!.children[0]!.total.sites.toRecords();
}

describe('the places that queries come from', () => {
  test('are written, read, merged and shown, the most frequent first', () => {
    const segments = [
      segmentWith([frame(5)], 2),
      segmentWith([frame(7), frame(90)], 4),
      segmentWith([frame(5)], 3),
    ];
    const read = segments.map((segment) => parseSegment(JSON.stringify(segment)));
    expect(sitesIn(mergeSegments(read, { now_ms: 1000 }))).toEqual([
      { frames: [frame(5)], samples: 5 },
      { frames: [frame(7), frame(90)], samples: 4 },
    ]);
  });

  test('are no part of any key', () => {
    const merged = mergeSegments([segmentWith([frame(5)], 2), segmentWith([frame(7)], 2)], { now_ms: 1000 });
    const [context] = viewProfile(merged).contexts;
    expect(context!.trails).toHaveLength(1);
    expect(context!.trails[0]!.children).toHaveLength(1);
    expect(context!.trails[0]!.children[0]!.total.queries).toBe(20);
  });

  test('age faster than counts: after a release its lines soon stand first', () => {
    const old = segmentWith([frame(5)], 1000, 1000);
    const now = segmentWith([frame(6)], 3, 10 * DAY_MS);
    const merged = mergeSegments([old, now], { now_ms: 10 * DAY_MS });
    expect(sitesIn(merged)).toMatchObject([{ frames: [frame(6)] }, { frames: [frame(5)] }]);
  });

  test('are absent where none was seen', () => {
    const builder = new ProfileBuilder();
    const use = builder.origin(builder.context(['page']), origin('book')).use(['page']);
    expect(Object.keys(use.toRecord())).not.toContain('sites');
  });

  test('are bounded; what is new takes the place of what is rare', () => {
    const sites = new Sites();
    sites.add([frame(1)], 50);
    for (let line = 2; line < 1000; line++) sites.add([frame(line)]);
    const records = sites.toRecords();
    expect(records).toHaveLength(LIMITS.sites_per_use_max);
    expect(records[0]).toEqual({ frames: [frame(1)], samples: 50 });
    expect(records).toContainEqual({ frames: [frame(999)], samples: 1 });
    sites.add(
      Array.from({ length: 20 }, (_, i) => frame(i, 'deep.ts')),
      60,
    );
    expect(sites.toRecords()[0]!.frames).toHaveLength(LIMITS.frames_per_site_max);
  });

  test.each([
    ['a line that is none', { ...frame(1), line: 'x' }, /sites\[0\]\.frames\[0\]\.line: expected a number/],
    ['no file', { ...frame(1), file: null }, /sites\[0\]\.frames\[0\]\.file: expected a string/],
  ])('%s is refused, and named', (_, broken, message) => {
    const segment = segmentWith([broken as unknown as SiteFrame], 1);
    expect(() => parseSegment(JSON.stringify(segment))).toThrow(message);
  });
});
