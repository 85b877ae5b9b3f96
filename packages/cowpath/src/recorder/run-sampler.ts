import { OTHER } from '@cowpath/profile';

/** How much is followed. */
export interface Budget {
  /** So many runs of every name are followed, whatever that costs: a profile of fewer is exact. */
  readonly always: number;
  /**
   * Of what takes more, so much of the time that passes may go into following, by what a run of it is measured to cost.
   * In truth it takes far more than that: code that seldom runs is slow, and the program's own finds cold caches
   * after it.
   */
  readonly share: number;
  /** But a run of each name is followed at least as often as this. */
  readonly every_ms: number;
  /**
   * And as soon as as many were passed over as are counted, because a program may end at any time; if following one takes
   * no more than this share of the time since the last.
   */
  readonly growth_share: number;
}

const OF_CONTEXTS: Budget = { always: 1000, share: 0.0001, every_ms: 10_000, growth_share: 1 };
/** What quiet times leave over is good for so long. */
const CARRIED_MS_MAX = 500;
/** What a statement of a followed run costs in the driver's hooks; measured with bench/observe.ts. */
const STATEMENT_MS = 0.004;
/** What a run is taken to cost before any has been analysed, and the weight of each one in what is learned. */
const COST_MS_ASSUMED = 0.05;
const COST_LEARNING = 0.1;
const NAMES_MAX = 1000;

/** What is known of the runs of one name. */
interface Name {
  /** Those that were followed, each as often as it stands for others. */
  counted: number;
  /** Passed over since the last that was followed. */
  passed: number;
  followedAt: number;
  cost_ms: number;
}

/**
 * Chooses which runs are followed: all of them, until their name is well known; then as many as the budget
 * allows, at random. A followed run stands for those of its name that were passed over before it: it is
 * counted as often (its weight), so that sums stay right on average and runs and queries fit each other.
 */
export class RunSampler {
  readonly #everyRun: boolean;
  readonly #budget: Budget;
  readonly #names = new Map<string, Name>();
  /** When the next run can be afforded. */
  #dueAt = 0;

  constructor(everyRun: boolean, budget: Budget = OF_CONTEXTS) {
    this.#everyRun = everyRun;
    this.#budget = budget;
  }

  /** A run of this name opens at `now` (milliseconds). Its weight; 0: it is passed over. */
  open(name: string, now: number): number {
    if (this.#everyRun) return 1;
    const known = this.#nameOf(name);
    const { always, share, every_ms, growth_share } = this.#budget;
    if (known.counted < always) {
      known.counted++;
      known.followedAt = now;
      return 1;
    }
    const since_ms = now - known.followedAt;
    const grown = known.passed >= known.counted && known.cost_ms <= growth_share * since_ms;
    if (now < this.#dueAt && since_ms < every_ms && !grown) {
      known.passed++;
      return 0;
    }
    // Exponential gaps: traffic that repeats itself would else be met at the same point each time.
    const gap_ms = (known.cost_ms / share) * -Math.log(1 - Math.random());
    this.#dueAt = Math.max(this.#dueAt, now - CARRIED_MS_MAX) + gap_ms;
    const weight = known.passed + 1;
    known.passed = 0;
    known.counted += weight;
    known.followedAt = now;
    return weight;
  }

  /** Part of a followed run has been analysed in `analysis_ms`. */
  spent(name: string, statements: number, analysis_ms: number): void {
    if (this.#everyRun) return;
    const known = this.#nameOf(name);
    known.cost_ms += COST_LEARNING * (analysis_ms + statements * STATEMENT_MS - known.cost_ms);
  }

  #nameOf(name: string): Name {
    const known = this.#names.get(name);
    if (known) return known;
    if (this.#names.size >= NAMES_MAX && name !== OTHER) return this.#nameOf(OTHER);
    const made = { counted: 0, passed: 0, followedAt: 0, cost_ms: COST_MS_ASSUMED };
    this.#names.set(name, made);
    return made;
  }
}
