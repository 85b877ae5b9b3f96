import { ProfileBuilder } from './builder.ts';
import type { Segment } from './format.ts';
import { eachSegment, filesOf, type ProfileProblem } from './segments.ts';

/** After so many days a count weighs half. */
export const HALF_LIFE_DAYS = 14;
const DAY_MS = 86_400_000;
/** Names of programs that are kept. */
const PROGRAMS_MAX = 1000;

/** A merged profile, decayed to the moment of reading. */
export interface Profile {
  readonly builder: ProfileBuilder;
  readonly segments: number;
  /** Milliseconds since 1970; 0 when there is no segment. */
  readonly from_ms: number;
  readonly to_ms: number;
  readonly programs: readonly string[];
  readonly problems: readonly ProfileProblem[];
}

export interface ReadOptions {
  /** The moment to which counts are decayed, milliseconds since 1970. Default: now. */
  readonly now_ms?: number;
  /** Infinity: no decay. */
  readonly half_life_days?: number;
}

/**
 * The weight of a segment that ended at `to_ms`: halves every `half_life_days`. Age is counted in whole
 * days, so that what was recorded today is shown exactly as counted.
 */
export function weightAt(to_ms: number, now_ms: number, half_life_days: number): number {
  const days = Math.max(0, Math.floor((now_ms - to_ms) / DAY_MS));
  return 0.5 ** (days / half_life_days);
}

/**
 * Merges segments into one profile. The order of the segments does not matter: the newest are added first,
 * so that beyond a limit it is the oldest names that stand under `(other)`.
 */
export function mergeSegments(segments: readonly Segment[], options: ReadOptions = {}): ProfileBuilder {
  const builder = new ProfileBuilder();
  const weight = weights(options);
  const newestFirst = [...segments].sort(
    (a, b) => b.from_ms - a.from_ms || b.pid - a.pid || b.thread - a.thread,
  );
  for (const segment of newestFirst) builder.add(segment, weight(segment));
  return builder;
}

function weights(options: ReadOptions): (segment: Segment) => number {
  const now_ms = options.now_ms ?? Date.now();
  const half_life_days = options.half_life_days ?? HALF_LIFE_DAYS;
  return ({ to_ms }) => weightAt(to_ms, now_ms, half_life_days);
}

/**
 * Reads and merges the profile in a folder (or one segment file), the newest first by the names of the
 * files. Memory does not grow with their number. See `readSegments` for errors.
 */
export function readProfile(path: string, options: ReadOptions = {}): Profile {
  const weight = weights(options);
  const builder = new ProfileBuilder();
  const problems: ProfileProblem[] = [];
  const programs = new Set<string>();
  let segments = 0;
  let from_ms = Number.POSITIVE_INFINITY;
  let to_ms = 0;
  for (const segment of eachSegment(filesOf(path).reverse(), problems)) {
    builder.add(segment, weight(segment));
    segments++;
    from_ms = Math.min(from_ms, segment.from_ms);
    to_ms = Math.max(to_ms, segment.to_ms);
    if (programs.size < PROGRAMS_MAX) programs.add(segment.program);
  }
  return {
    builder,
    segments,
    from_ms: segments > 0 ? from_ms : 0,
    to_ms,
    programs: [...programs].sort(),
    problems: problems.reverse(),
  };
}
