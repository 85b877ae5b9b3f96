import { frameKey, type SiteFrame, type SiteRecord, type StepView } from '@cowpath/profile';
import type { ReportSite } from './model.ts';

/**
 * A position that issues so many different statements for so many different callers is a helper's; what
 * calls it is the place.
 */
const HELPER_STATEMENTS_MIN = 3;
const HELPER_CALLERS_MIN = 3;

/**
 * Says where a step's queries come from. A program's own `query(text, values)` issues them all; whoever
 * calls that is what one wants to know.
 */
export class SiteReader {
  readonly #helpers: ReadonlySet<string>;

  /** `trails`: all there are in the profile. */
  constructor(trails: readonly StepView[]) {
    this.#helpers = helpersIn(trails);
  }

  /** The places, the most frequent first, and the share of samples whose place is unknown. */
  read(records: readonly SiteRecord[]): { sites: ReportSite[]; unknown_share: number } {
    const all = records.reduce((sum, { samples }) => sum + samples, 0);
    const bySite = new Map<string, { at: SiteFrame; through: readonly SiteFrame[]; samples: number }>();
    let unknown = 0;
    for (const { frames, samples } of records) {
      const i = this.#placeIn(frames);
      const at = frames[i];
      if (at === undefined) {
        unknown += samples;
        continue;
      }
      const key = `${at.file}:${at.line}`;
      const known = bySite.get(key);
      if (known) known.samples += samples;
      else bySite.set(key, { at, through: frames.slice(0, i), samples });
    }
    const sites = [...bySite.values()]
      .sort((a, b) => b.samples - a.samples)
      .map(({ at, through, samples }) => ({ ...at, share: samples / all, through }));
    return { sites, unknown_share: all > 0 ? unknown / all : 0 };
  }

  /** Which of the frames is the place: the first that is no helper, if any is. */
  #placeIn(frames: readonly SiteFrame[]): number {
    const place = frames.findIndex((frame) => !this.#helpers.has(frameKey(frame)));
    return Math.max(place, 0);
  }
}

/** The innermost frames that issue many statements for many callers, then those that do so through them, and so on. */
function helpersIn(trails: readonly StepView[]): Set<string> {
  const issued: { readonly frames: readonly SiteFrame[]; readonly what: string }[] = [];
  for (const step of stepsOf(trails)) {
    const what = step.statements[0];
    if (what === undefined) continue;
    for (const { frames } of step.total.sites.toRecords())
      if (frames.length > 0) issued.push({ frames, what });
  }
  const helpers = new Set<string>();
  for (let before = -1; before !== helpers.size; ) {
    before = helpers.size;
    const uses = new Map<string, { readonly statements: Set<string>; readonly callers: Set<string> }>();
    for (const { frames, what } of issued) {
      const i = frames.findIndex((one) => !helpers.has(frameKey(one)));
      const frame = frames[i];
      const caller = frames[i + 1];
      if (frame === undefined || caller === undefined) continue;
      const key = frameKey(frame);
      const use = uses.get(key) ?? { statements: new Set(), callers: new Set() };
      uses.set(key, use);
      use.statements.add(what);
      use.callers.add(frameKey(caller));
    }
    for (const [key, { statements, callers }] of uses) {
      if (statements.size >= HELPER_STATEMENTS_MIN && callers.size >= HELPER_CALLERS_MIN) helpers.add(key);
    }
  }
  return helpers;
}

function* stepsOf(steps: readonly StepView[]): Generator<StepView> {
  for (const step of steps) {
    yield step;
    yield* stepsOf(step.children);
  }
}
