import type { Reference } from '@cowpath/profile';
import type { Asked } from './resolve.ts';
import type { Entry, Source } from './source.ts';

/**
 * Weights of the likelihood ratio (docs/design.md, Evidence). Under "followed": how likely a value is the
 * next sibling, another sibling, none. Frozen with the thresholds in `@cowpath/profile`.
 */
const P_NEXT = 0.9;
const P_OTHER = 0.1;
const P_NONE = 0.01;
/** No coincidence is held less likely than one in so many, whatever the table's size. */
const DOMAIN_SIZE_MAX = 1000;
const LOG_RATIO_MIN = -4.6;
/** Most values of one list that are weighed. */
const LIST_WEIGHED_MAX = 40;

/**
 * The supposition that a group's statements follow a source's column by a reference. It walks along the
 * source's rows as the executions do and weighs each of them.
 */
export class Candidate {
  readonly asked: Asked;
  readonly source: Source;
  readonly reference: Reference;
  /** Executions issued while the source had values. */
  tested = 0;
  /** Of those, explained and assigned to this candidate. */
  assigned = 0;
  /** Sum over what is assigned, and over what nobody explains. */
  log_ratio = 0;
  /** Entries assigned to it. */
  followed = 0;
  /** Sum over all executions that it could explain: for ranking candidates. */
  promise = 0;
  explains = 0;
  /** What has been reported to the profile already, when a root is analysed in portions. */
  reported: { siblings: number; followed: number } = { siblings: 0, followed: 0 };
  readonly #used = new Map<Entry, number>();
  readonly #assignedUses = new Map<Entry, number>();
  #last = -1;
  #low = 0;
  /** Where its source began when its own memory was last cleared of what that had let go of. */
  #begin = 0;

  constructor(asked: Asked, source: Source, reference: Reference) {
    this.asked = asked;
    this.source = source;
    this.reference = reference;
  }

  /** Rows of the table that the values point into, at least as many as have been seen. */
  get domainSize(): number {
    const shared = this.asked.key.domains.find((domain) =>
      this.source.key.domains.some((own) => own.id === domain.id),
    );
    const rows = shared?.table.rows ?? 1;
    return Math.min(Math.max(rows, this.source.entries.size, 2), DOMAIN_SIZE_MAX);
  }

  /** The weight of a value that is at the source; moves along. A value met again beyond its rows says nothing. */
  weigh(entry: Entry): number {
    this.#forget();
    const used = this.#used.get(entry) ?? 0;
    const size = this.domainSize;
    const expected = this.#expected();
    const place = expected.get(entry);
    const unused = this.source.entries.size - this.#used.size;
    this.#used.set(entry, used + 1);
    this.#last = place ?? Math.max(entry.first, 0);
    if (used >= entry.count) return 0;
    if (place !== undefined) {
      let chance = 0;
      for (const one of expected.keys()) chance += chanceOf(one, size);
      return Math.log(P_NEXT / Math.min(P_NEXT, chance));
    }
    return Math.max(
      LOG_RATIO_MIN,
      Math.log(P_OTHER / Math.max(unused / size, chanceOf(entry, size), P_OTHER / 2)),
    );
  }

  /** The weight of a whole list of values, all (or nearly all) of which are at the source. */
  weighList(entries: readonly Entry[], misses: number): number {
    const size = this.domainSize;
    const known = this.source.entries.size;
    const whole = new Set(entries).size >= known && misses === 0;
    const each = whole ? Math.log(Math.max(size / known, 1.5)) : Math.log(Math.max(size / known, 1)) / 2;
    for (const entry of entries) this.#used.set(entry, (this.#used.get(entry) ?? 0) + 1);
    return each * Math.min(entries.length, LIST_WEIGHED_MAX) + misses * LOG_RATIO_MIN;
  }

  /** The weight of a value that is not at the source. */
  get missed(): number {
    const known = Math.min(this.source.entries.size / this.domainSize, 0.95);
    return Math.max(LOG_RATIO_MIN, Math.log(P_NONE / (1 - known)));
  }

  /** Whether the value has rows left that no execution has been assigned to. */
  hasRoom(entry: Entry): boolean {
    return (this.#assignedUses.get(entry) ?? 0) < entry.count;
  }

  use(entry: Entry): void {
    const used = this.#assignedUses.get(entry) ?? 0;
    if (used === 0) this.followed++;
    this.#assignedUses.set(entry, used + 1);
  }

  /** Lets go of what its source has let go of. */
  #forget(): void {
    const { source } = this;
    if (source.begin === this.#begin) return;
    this.#begin = source.begin;
    this.#low = Math.max(this.#low, source.begin);
    for (const uses of [this.#used, this.#assignedUses]) {
      for (const entry of uses.keys()) if (entry.kept === 0) uses.delete(entry);
    }
  }

  /**
   * The siblings that a loop would come to now: the next row; the next row, the first row, and the first
   * row of the latest statement (a depth-first walk of a tree) that it has not come to yet.
   */
  #expected(): Map<Entry, number> {
    const { source } = this;
    const { latest } = source;
    const expected = new Map<Entry, number>();
    const add = (place: number): void => {
      const entry = source.at(place);
      if (entry !== undefined && !expected.has(entry)) expected.set(entry, place);
    };
    add(this.#last + 1);
    while (this.#low < source.end && this.#used.has(source.at(this.#low)!)) this.#low++;
    add(this.#low);
    add(this.#nextUnused(this.#last + 1));
    if (latest > this.#low) add(this.#nextUnused(latest));
    return expected;
  }

  #nextUnused(from: number): number {
    const { source } = this;
    const first = Math.max(from, source.begin);
    // A loop skips few rows; a long search would be quadratic.
    for (let place = first; place < Math.min(source.end, first + 64); place++) {
      if (!this.#used.has(source.at(place)!)) return place;
    }
    return source.end;
  }
}

/**
 * How likely a value is met by chance among `size` keys. Small numbers are met most: programs, tests and
 * people use ids from 1 up, so a number v weighs 1/v (a Zipf prior); other keys weigh alike.
 */
function chanceOf({ number }: Entry, size: number): number {
  if (number < 0) return 1 / size;
  const harmonic = Math.log(size) + 0.58;
  return Math.max(1 / size, 1 / (Math.max(1, number) * harmonic));
}
