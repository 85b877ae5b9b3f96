import { RECORDER_LIMITS } from './limits.ts';
import type { RootLog } from './root-log.ts';

/** How long after its last statement a closed root's keys are still remembered, for work it left behind; and for how many roots. */
const LINGER_MS = 1000;
const LINGERING_MAX = 200;
/** Where there are too many roots, so many of the oldest are looked at for one that can be let go of. */
const OLDEST_LOOKED_AT_MAX = 100;

/** The logs whose keys are remembered, oldest first. */
export class HeldLogs {
  readonly #logs = new Set<RootLog>();
  readonly #isPermanent: (log: RootLog) => boolean;

  /** `isPermanent`: of roots that never close and always matter. */
  constructor(isPermanent: (log: RootLog) => boolean) {
    this.#isPermanent = isPermanent;
  }

  [Symbol.iterator](): Iterator<RootLog> {
    return this.#logs.values();
  }

  /** Asked for every statement and context that is followed: one that is held stays where it is. */
  hold(log: RootLog): void {
    if (this.#logs.has(log)) return;
    this.#logs.add(log);
    if (this.#logs.size > RECORDER_LIMITS.roots_max) this.#letGoOfOldest();
  }

  /** Lets go of the keys of roots that closed a while ago and have nothing under way; of `all` that closed, at the end. */
  forget(all: boolean): void {
    const before = performance.now() - LINGER_MS;
    let excess = this.#logs.size - LINGERING_MAX;
    for (const log of this.#logs) {
      if (log.root.closedAt === 0 || log.queued || log.finished.length > 0) continue;
      // A statement may never end (its connection was lost, or its client refused it): that keeps no log for ever.
      const over = all || excess-- > 0 || (log.underWay === 0 && log.touchedAt < before);
      if (over) this.#letGo(log);
    }
  }

  /** A root may never close. Logs with something to analyse are kept: these are bounded by their statements. */
  #letGoOfOldest(): void {
    let left = OLDEST_LOOKED_AT_MAX;
    for (const log of this.#logs) {
      if (left-- === 0) return;
      if (log.queued || log.finished.length > 0 || log.closed.length > 0 || this.#isPermanent(log)) continue;
      this.#letGo(log);
      return;
    }
  }

  #letGo(log: RootLog): void {
    log.trails.clear();
    this.#logs.delete(log);
  }
}
