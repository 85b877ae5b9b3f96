import { type ProfileBuilder, viewProfile } from '@cowpath/profile';
import type { TruthFile, TruthPage } from '../truth/format.ts';
import { type Counts, profileTrails, type Trail, trailKey, truthTrails } from './trails.ts';

/** A true trail counts for recall when it occurred so often. */
export const OCCURRED_MIN = 3;

export interface CountError {
  readonly trail: Trail;
  readonly place: string;
  readonly expected: Counts;
  readonly got: Counts;
}

export interface PageResult {
  readonly page: TruthPage;
  /** True trails that occurred `OCCURRED_MIN` times or more. */
  readonly occurred: readonly Trail[];
  readonly missed: readonly Trail[];
  /** Confirmed, and not true. */
  readonly wrong: readonly Trail[];
  /** Confirmed and true, but not told apart from another true column. */
  readonly ambiguous: readonly Trail[];
  /** Confirmed and true; their steps and origins were counted otherwise than the program did. */
  readonly miscounted: readonly CountError[];
  /** Queries whose values met loaded ones and that were not taken for follows. */
  readonly coincidences: number;
  readonly expected: readonly Trail[];
  readonly got: readonly Trail[];
}

export function compare(truth: TruthFile, profile: ProfileBuilder): PageResult[] {
  const expected = truthTrails(truth.records);
  const got = profileTrails(profile, truth.records);
  const met = coincidences(profile);
  const pageOf = (page: TruthPage): PageResult => comparePage(page, expected, got, met.get(page.root) ?? 0);
  const pages = truth.pages.map(pageOf);
  const roots = new Set(truth.pages.map(({ root }) => root));
  const elsewhere = (trail: Trail): boolean => !roots.has(rootOf(trail));
  if ([...expected.values(), ...got.values()].some((trail) => elsewhere(trail) && trail.chain.length > 0)) {
    const others = [...new Set([...expected.values(), ...got.values()].filter(elsewhere).map(rootOf))];
    for (const root of others) pages.push(pageOf({ root, shows: '', requests: 0 }));
  }
  return pages;
}

function rootOf(trail: Trail): string {
  return trail.context.split(' > ')[0]!;
}

/** By root context. */
function coincidences(profile: ProfileBuilder): Map<string, number> {
  const met = new Map<string, number>();
  for (const { path, trails } of viewProfile(profile).contexts) {
    const explained = trails.flatMap(({ maybeFrom }) => maybeFrom.map(({ evidence }) => evidence.explained));
    met.set(
      path[0]!,
      explained.reduce((sum, one) => sum + one, met.get(path[0]!) ?? 0),
    );
  }
  return met;
}

function comparePage(
  page: TruthPage,
  allExpected: ReadonlyMap<string, Trail>,
  allGot: ReadonlyMap<string, Trail>,
  met: number,
): PageResult {
  const expected = [...allExpected.values()].filter((trail) => rootOf(trail) === page.root);
  const got = [...allGot.values()].filter((trail) => rootOf(trail) === page.root);
  const follows = got.filter(({ chain }) => chain.length > 0);
  const found = new Map<Trail, Trail[]>();
  const wrong: Trail[] = [];
  for (const trail of follows) {
    const true_ = namesOf(trail)
      .map((name) => allExpected.get(name))
      .filter((one) => one !== undefined);
    if (true_.length === 0) wrong.push(trail);
    else found.set(trail, true_);
  }
  const hit = new Set([...found.values()].flat());
  const occurred = expected.filter(
    ({ chain, places }) => chain.length > 0 && queriesOf(places) >= OCCURRED_MIN,
  );
  const origins = new Map<Trail, Trail[]>();
  for (const trail of hit) {
    const key = trailKey({ ...trail, chain: [] });
    const origin = allGot.get(key);
    const true_ = allExpected.get(key);
    if (origin && true_) origins.set(origin, [true_]);
  }
  return {
    page,
    occurred,
    missed: occurred.filter((trail) => !hit.has(trail)),
    wrong,
    ambiguous: [...found].filter(([, true_]) => true_.length > 1).map(([trail]) => trail),
    miscounted: [...origins, ...found].flatMap(([trail, true_]) => countErrors(trail, true_)),
    coincidences: met,
    expected,
    got,
  };
}

/** A trail's keys: more than one where its last reference is ambiguous. */
function namesOf(trail: Trail): string[] {
  const before = trail.chain.slice(0, -1);
  const others = trail.others.map((other) => trailKey({ ...trail, chain: [...before, other] }));
  return [trailKey(trail), ...others];
}

export function queriesOf(places: ReadonlyMap<string, Counts>): number {
  return [...places.values()].reduce((sum, { queries }) => sum + queries, 0);
}

function countErrors(trail: Trail, true_: readonly Trail[]): CountError[] {
  const errors: CountError[] = [];
  const places = new Set([...trail.places.keys(), ...true_.flatMap((one) => [...one.places.keys()])]);
  for (const place of places) {
    const got = trail.places.get(place) ?? { queries: 0, objects: 0 };
    const expected: Counts = { queries: 0, objects: 0 };
    for (const one of true_) {
      const counts = one.places.get(place) ?? { queries: 0, objects: 0 };
      expected.queries += counts.queries;
      expected.objects =
        counts.objects === null || expected.objects === null ? null : expected.objects + counts.objects;
    }
    const same =
      got.queries === expected.queries && (expected.objects === null || got.objects === expected.objects);
    if (!same) errors.push({ trail, place, expected, got });
  }
  return errors;
}
