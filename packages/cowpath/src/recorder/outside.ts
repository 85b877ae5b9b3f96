import { BACKGROUND, START_UP } from '@cowpath/profile';
import { passing } from './passing.ts';
import type { RootLog } from './root-log.ts';
import { type Budget, RunSampler } from './run-sampler.ts';

/** Statements. A stretch holds most of what its own values came from, and is soon over. */
const STRETCH = 1000;
/** Of stretches. */
const BUDGET: Budget = { always: 10, share: 0.0003, every_ms: 60_000, growth_share: 0.002 };

/**
 * What runs outside every context: what does before the first root opens, and what does after. One in a thread: who is
 * made later takes its place.
 */
export class Outside {
  readonly startUp: OutsideRun;
  /** `startUp`, until the first root opens. */
  now: OutsideRun;
  /** Whether a context may be open. */
  #contexts = false;
  /** How many statements may pass that are counted in `passing` alone. */
  #granted = 0;
  readonly #make: (name: string) => OutsideRun;

  /** `counted`: told how many statements were passed over that are counted from now on. */
  constructor(everyRun: boolean, counted: (statements: number) => void) {
    this.#make = (name) => new OutsideRun(name, everyRun, counted);
    passing.all = false;
    this.startUp = this.#make(START_UP);
    this.now = this.startUp;
  }

  /** Contexts may be open from now on. */
  contextsOpen(): void {
    this.#contexts = true;
    this.#count();
  }

  /** One does: what ran before was the start. */
  rootOpens(): void {
    this.contextsOpen();
    if (this.now === this.startUp) this.now = this.#make(BACKGROUND);
  }

  /** A statement begins that is followed. How many it stands for. */
  begin(): number {
    const weight = this.now.begin();
    this.#grant();
    return weight;
  }

  /** One is passed over. */
  pass(): void {
    this.#count();
    this.now.pass(1);
    this.#grant();
  }

  /** As many have passed as `passing` let. */
  passedAll(): void {
    this.#count();
    this.#grant();
  }

  /** Nothing is recorded any more. */
  stop(): void {
    this.#count();
  }

  /** Whose log this is; null for a context's. */
  runOf(log: RootLog): OutsideRun | null {
    if (log === this.startUp.log) return this.startUp;
    return log === this.now.log ? this.now : null;
  }

  /** How many statements were passed over for which none stands yet. */
  get uncounted(): number {
    const passed = passing.all ? this.#granted - passing.left : 0;
    return passed + this.startUp.uncounted + (this.now === this.startUp ? 0 : this.now.uncounted);
  }

  /** What is called for next passes until the stretch under way is over, if it is not followed and there are no contexts. */
  #grant(): void {
    if (this.#contexts || this.now.weight > 0) return;
    this.#granted = this.now.left;
    passing.left = this.#granted;
    passing.all = true;
  }

  /** Takes what has passed by `passing` to what has passed. */
  #count(): void {
    if (!passing.all) return;
    passing.all = false;
    const passed = this.#granted - passing.left;
    if (passed > 0) this.now.pass(passed);
  }
}

/**
 * What runs outside every context under one name: one run, which may last as long as the program (a script, a queue's worker).
 * It is followed in stretches, chosen as runs of contexts are; what was loaded in one stays known in the next.
 */
export class OutsideRun {
  /** How many statements each one stands for that is sent now; 0: what is sent now is passed over. */
  weight: number;
  /** Null while there is nothing to log. */
  log: RootLog | null = null;
  readonly name: string;
  readonly #sampler: RunSampler;
  /** Told how many statements were passed over that are counted from now on. */
  readonly #counted: (statements: number) => void;
  /** Statements of the stretch that is followed. */
  #begun = 0;
  /** Statements passed over, in whole stretches and in the one under way. */
  #passedBefore = 0;
  #passed = 0;

  /** `name`: of the context that all this is counted in. */
  constructor(name: string, everyRun: boolean, counted: (statements: number) => void) {
    this.name = name;
    this.#sampler = new RunSampler(everyRun, BUDGET);
    this.#counted = counted;
    this.weight = this.#sampler.open(name, performance.now());
  }

  /** How many statements were passed over for which none stands yet. */
  get uncounted(): number {
    return this.#passedBefore + this.#passed;
  }

  /** A statement begins that is followed. How many it stands for. */
  begin(): number {
    const { weight } = this;
    if (++this.#begun === STRETCH) this.#next();
    return weight;
  }

  /** How many more are passed over in the stretch under way, which is not followed. */
  get left(): number {
    return STRETCH - this.#passed;
  }

  /** Some are passed over. Those called for before the present stretch began count to the next such. */
  pass(statements: number): void {
    this.#passed += statements;
    if (this.#passed >= STRETCH && this.weight === 0) this.#next();
  }

  /** So many of its statements have been analysed in `analysis_ms`. */
  spent(statements: number, analysis_ms: number): void {
    if (statements > 0) this.#sampler.spent(this.name, STRETCH, (analysis_ms * STRETCH) / statements);
  }

  #next(): void {
    this.#begun = 0;
    do {
      if (this.weight === 0) {
        this.#passed -= STRETCH;
        this.#passedBefore += STRETCH;
      }
      this.weight = this.#sampler.open(this.name, performance.now());
    } while (this.weight === 0 && this.#passed >= STRETCH);
    if (this.weight > 1) this.#counted(this.#passedBefore);
    if (this.weight > 0) this.#passedBefore = 0;
  }
}
