import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readProfile } from '@cowpath/profile';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Outside } from '../../src/recorder/outside.ts';
import { passing } from '../../src/recorder/passing.ts';
import { placeForEach, postgresForAll } from '../fixtures.ts';
import { contextsIn, queriesIn, succeed } from '../recorded.ts';

const STRETCH = 1000;
const ALWAYS = 10_000;
/** In a millisecond each. */
const STRETCH_COST_MS_MAX = 104;
const GROWTH_SHARE = 0.002;

/** Sends statements outside every context; the weights of those that were followed. */
function send(outside: Outside, statements: number): number[] {
  const followed: number[] = [];
  for (let i = 0; i < statements; i++) {
    vi.advanceTimersByTime(1);
    // As the driver's hooks do.
    if (passing.all) {
      if (--passing.left === 0) outside.passedAll();
    } else if (outside.now.weight > 0) followed.push(outside.begin());
    else outside.pass();
  }
  return followed;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const ignore = (): void => {};

describe('Outside', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test('follows the first ten thousand statements before the first root opens, and after', () => {
    const outside = new Outside(false, ignore);
    expect(send(outside, ALWAYS)).toEqual(new Array(ALWAYS).fill(1));
    outside.rootOpens();
    expect(send(outside, ALWAYS)).toEqual(new Array(ALWAYS).fill(1));
    expect(outside.uncounted).toBe(0);
  });

  test('all of them, when told so', () => {
    const outside = new Outside(true, ignore);
    expect(send(outside, 300_000)).toEqual(new Array(300_000).fill(1));
  });

  test('says that everything passes only while nothing is followed and no context has opened', () => {
    const outside = new Outside(false, ignore);
    for (let i = 0; i < 10 * ALWAYS; i++) {
      expect(passing.all).toBe(outside.now.weight === 0);
      send(outside, 1);
    }
    while (outside.now.weight > 0) send(outside, 1);
    expect(passing.all).toBe(true);
    outside.rootOpens();
    expect(passing.all).toBe(false);
    send(outside, 10 * ALWAYS);
    while (outside.now.weight > 0) send(outside, 1);
    expect(passing.all).toBe(false);
  });

  test.each([
    { cost_ms: 0.01, passes: 11_000, why: 'as many as were counted' },
    { cost_ms: 0.1, passes: 51_000, why: 'five hundred times as long as following takes' },
  ])('passes $passes at $cost_ms ms each: $why', ({ cost_ms, passes }) => {
    // The longest of gaps.
    vi.spyOn(Math, 'random').mockReturnValue(0.9999);
    const outside = new Outside(false, ignore);
    // Those that are always followed, and one that can be afforded at once.
    for (let i = 0; i < ALWAYS / STRETCH + 1; i++) {
      send(outside, STRETCH);
      for (let part = 0; part < 50; part++) outside.now.spent(20, 20 * cost_ms);
    }
    let passed = 0;
    for (; outside.now.weight === 0; passed++) send(outside, 1);
    expect(passed).toBe(passes);
    expect(outside.now.weight).toBe(1 + passes / STRETCH);
  });

  test('what is counted, and what is said not to be, is all that was sent', () => {
    const bursts = fc.array(
      fc.record({
        statements: fc.integer({ min: 1, max: 20_000 }),
        // Called for while statements were passed over, and begun when they are followed again.
        late: fc.integer({ min: 0, max: 3000 }),
        cost_ms: fc.double({ min: 0.001, max: 0.1, noNaN: true }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(bursts, (all) => {
        let estimated = 0;
        const outside = new Outside(false, (statements) => {
          estimated += statements;
        });
        let sent = 0;
        const followed: number[] = [];
        const go = (statements: number): void => {
          sent += statements;
          followed.push(...send(outside, statements));
        };
        go(ALWAYS);
        for (const { statements, late, cost_ms } of all) {
          go(statements);
          for (let i = 0; i < late; i++) {
            vi.advanceTimersByTime(1);
            outside.pass();
          }
          sent += late;
          outside.now.spent(STRETCH, cost_ms * STRETCH);
        }
        // Within a stretch each statement stands for others of it too.
        while (outside.now.weight > 0) go(1);
        expect(passing.all).toBe(true);
        expect(sum(followed) + outside.uncounted).toBe(sent);
        expect(estimated).toBe(sum(followed) - followed.length);
        // A program may end at any time.
        const enough = Math.max(sum(followed), STRETCH_COST_MS_MAX / GROWTH_SHARE);
        expect(outside.uncounted).toBeLessThanOrEqual(enough + 4 * STRETCH);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a program that sends more outside every context', () => {
  const postgres = postgresForAll();
  const place = placeForEach();

  /** What `outside.mjs` and its like say they sent. */
  async function record(program: string, env: Record<string, string> = {}): Promise<Record<string, number>> {
    const { stdout } = await succeed({
      args: [join(import.meta.dirname, program)],
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder, ...env },
      record: true,
    });
    return JSON.parse(stdout);
  }
  const noted = (code: string): number => readProfile(place.folder).builder.notes.get(code) ?? 0;

  /** Resolves a little after a stretch has begun that stands for others. */
  async function sampled(): Promise<void> {
    const some = (): boolean => existsSync(place.folder) && noted('COWPATH_STATEMENTS_SAMPLED') > 0;
    await vi.waitUntil(some, { interval: 500, timeout: 50_000 });
    await setTimeout(1500);
  }

  // Once in a few hundred times it ends within a stretch, whose statements stand for others of it.
  test('is followed in stretches: its trail is found, what is not counted is said', {
    retry: 1,
  }, async () => {
    // Beside the profile.
    const until = `${place.folder}.until`;
    const recorded = record('outside.mjs', { UNTIL: until });
    try {
      await sampled();
    } finally {
      // Whatever happens, the program ends.
      writeFileSync(until, '');
      await recorded.catch(() => {});
      rmSync(until);
    }
    const { lists, lookups } = await recorded;
    const queries = sum(Object.values(queriesIn(place.folder)));
    const uncounted = noted('COWPATH_STATEMENTS_UNCOUNTED');
    const estimated = noted('COWPATH_STATEMENTS_SAMPLED');
    const sent = lists! + lookups!;
    expect(uncounted).toBeGreaterThan(0);
    expect(estimated).toBeGreaterThan(0);
    expect(queries + uncounted).toBe(sent);
    const [context] = contextsIn(place.folder);
    expect(context!.path).toEqual(['(start-up)']);
    const list = context!.trails.find(({ children }) => children.length > 0)!;
    expect(list.origin).toMatchObject({ kind: 'query', entity: { table: 'book' } });
    const [follow] = list.children;
    expect(follow!.reference).toMatchObject({ from_columns: ['author_id'], to: { table: 'author' } });
    // Lookups whose list was passed over start trails of their own.
    expect(follow!.total.queries).toBeGreaterThan(0.8 * queries);
    expect(follow!.total.queries).toBeLessThanOrEqual(queries);
  });

  test('is told from what Cowpath asks itself meanwhile', async () => {
    const { outside } = await record('planned.mjs', { COWPATH_PLANS: '1' });
    const counted = queriesIn(place.folder)['(start-up)']!;
    expect(counted + noted('COWPATH_STATEMENTS_UNCOUNTED')).toBe(outside);
  });

  test('is told from contexts that take turns with it at the same connections', async () => {
    const { pages, outside } = await record('crowded.mjs');
    const { page, ...others } = queriesIn(place.folder);
    expect(page).toBe(pages);
    expect(sum(Object.values(others)) + noted('COWPATH_STATEMENTS_UNCOUNTED')).toBe(outside);
    expect(Object.keys(others).sort()).toEqual(['(background)', '(start-up)']);
  });

  test('is counted exactly, when told so', async () => {
    const { lists, lookups } = await record('outside.mjs', { COWPATH_EVERY_RUN: '1' });
    expect(queriesIn(place.folder)).toEqual({ '(start-up)': lists! + lookups! });
    expect(noted('COWPATH_STATEMENTS_UNCOUNTED')).toBe(0);
    expect(noted('COWPATH_STATEMENTS_SAMPLED')).toBe(0);
  });
});
