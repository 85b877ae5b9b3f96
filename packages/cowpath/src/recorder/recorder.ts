import { threadId } from 'node:worker_threads';
import {
  anyContextOpened,
  type Context,
  type ContextMessage,
  channels,
  type Frame,
  isSampled,
  type LoadMessage,
  listen,
  openContext,
  ProfileBuilder,
  runInFrame,
  type Segment,
  sampleRoots,
} from '@cowpath/profile';
import { PROVISIONAL } from '../contexts/provisional.ts';
import { PackageNotices, PRISMA_ENGINE } from '../packages/notices.ts';
import { captureStack, SiteSampler } from '../sites/index.ts';
import { parserLoaded } from '../sql/index.ts';
import { Analyser } from '../trails/analyser.ts';
import { type Access, Database } from './database.ts';
import { Guard } from './guard.ts';
import { HeldLogs } from './held-logs.ts';
import { RECORDER_LIMITS } from './limits.ts';
import { Observed } from './observed.ts';
import type { Options } from './options.ts';
import { Outside } from './outside.ts';
import { PlanSampler } from './plans.ts';
import { programName } from './program-name.ts';
import { RootLog } from './root-log.ts';
import { RunSampler } from './run-sampler.ts';

/** A request whose route is not known yet waits so long for its name. */
const PROVISIONAL_WAIT_MS = 60_000;
/** How soon after a root closes its statements are analysed: off the request's path, several roots at once. */
const ANALYSE_AFTER_MS = 25;

/** A root's log, in its slots. */
const LOG = Symbol('cowpath.recorder.log');

/**
 * Owns everything that is recorded in one thread: which statements are under way, the roots they belong
 * to, and the profile they are counted in. Drivers call `begin` and `finish` on the program's own path,
 * where nothing is done but noting; the analysis happens later, between the program's work.
 */
export class Recorder {
  readonly limits: typeof RECORDER_LIMITS = RECORDER_LIMITS;
  readonly guard: Guard = new Guard();
  readonly options: Options;
  /** False before it starts and after it stops: every hook then passes through. */
  active = false;
  /** What runs outside every context. */
  readonly outside: Outside;
  /** Statements seen in all. */
  statements = 0;
  /** Grows whenever the profile does. */
  changes = 0;
  builder: ProfileBuilder = new ProfileBuilder();
  readonly plans: PlanSampler;
  /** Which calls' stacks are noted. */
  readonly sites: SiteSampler;
  /** What there is to say of the packages that the program has loaded. */
  readonly packages: PackageNotices = new PackageNotices();
  /** Told when that has changed, and when there are statements at all. */
  onNews: (() => void) | null = null;
  readonly #analyser: Analyser;
  readonly #sampler: RunSampler;
  readonly #databases = new Map<string, Database>();
  readonly #own = new WeakSet<object>();
  readonly #stops: (() => void)[] = [];
  #accessOf: (client: object) => { key: string; name: string; access: Access } | null = () => null;
  /** What earlier segments have said of the guard's counts. */
  #notedBefore: ReadonlyMap<string, number> = new Map();
  /** The guard's counts as the segment has given them last. */
  #noted: ReadonlyMap<string, number> = new Map();
  readonly #program = programName();
  /** Whether the root that opens stands for what runs outside. */
  #openingOutside = false;
  /** Whether it has been told that there are statements. */
  #anyTold = false;
  #ready: RootLog[] = [];
  readonly #logs = new HeldLogs((log) => this.outside.runOf(log) !== null);
  #waiting = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: Options) {
    this.options = options;
    this.plans = new PlanSampler(options.plans, this.guard, () => {
      this.changes++;
    });
    this.sites = new SiteSampler(options.sites ? captureStack : null);
    this.#analyser = new Analyser(this.guard, this.plans, (file) => this.packages.saw(file));
    this.#sampler = new RunSampler(options.everyRun);
    this.outside = new Outside(options.everyRun, (statements) =>
      this.builder.note('COWPATH_STATEMENTS_SAMPLED', statements),
    );
  }

  /** Begins to record. `accessOf` tells a driver's connections apart and opens Cowpath's own. */
  start(accessOf: (client: object) => { key: string; name: string; access: Access } | null): void {
    if (this.active) return;
    this.#accessOf = accessOf;
    this.active = true;
    if (anyContextOpened()) this.outside.contextsOpen();
    const failed = (error: unknown): void => this.guard.failed('COWPATH_RECORDER_FAILED', error);
    this.#stops.push(
      this.packages.start(),
      sampleRoots((root) => {
        try {
          return this.#samples(root);
        } catch (error) {
          failed(error);
          return true;
        }
      }),
      listen(channels.contextClose, ({ context }: ContextMessage) => this.#closed(context), failed),
      listen(channels.load, (message: LoadMessage) => this.#loaded(message), failed),
    );
  }

  /** Stops recording. Hooks stay in place and pass everything through. */
  stop(): void {
    this.active = false;
    this.outside.stop();
    for (const stop of this.#stops.splice(0)) stop();
    for (const database of this.#databases.values()) database.stop();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Marks a connection as Cowpath's own: it is never recorded. */
  own(client: object): void {
    this.#own.add(client);
  }

  isOwn(client: object): boolean {
    return this.#own.has(client);
  }

  /** The database that a client is connected to; null when there are too many, or it cannot be told. */
  databaseOf(client: object): Database | null {
    const found = this.#accessOf(client);
    if (found === null) return null;
    const known = this.#databases.get(found.key);
    if (known) return known;
    if (this.#databases.size >= this.limits.databases_max) return null;
    const taken = [...this.#databases.values()].some((database) => database.alias === found.name);
    const database = new Database(taken ? found.key : found.name, found.access);
    this.#databases.set(found.key, database);
    if (this.options.catalog) {
      // Outside the program's contexts, so that the connection belongs to none of them.
      void runInFrame(undefined, () => database.read()).then(() => this.#catalogRead());
    } else {
      database.giveUp();
    }
    return database;
  }

  /** Whether what runs in this frame is recorded now. Asked for every statement: must be cheap. */
  follows(frame: Frame | undefined): boolean {
    return frame === undefined ? this.outside.now.weight > 0 : isSampled(frame.context);
  }

  /** A statement was called for in a frame that is not followed. */
  passOver(frame: Frame | undefined): void {
    if (frame === undefined) this.outside.pass();
  }

  /** A statement was called for, in a frame that is followed. */
  begin(database: Database, frame: Frame | undefined, text: string): Observed {
    this.statements++;
    const log = this.#logOf(frame);
    const weight = frame === undefined ? this.outside.begin() : (log?.trails.weight ?? 1);
    const observed = new Observed(database, frame, text, weight, performance.now());
    if (log !== null) log.underWay++;
    return observed;
  }

  /** A statement has ended, well or badly. */
  finish(observed: Observed): void {
    const log = this.#logOf(observed.frame);
    if (log === null) return;
    log.underWay--;
    log.touchedAt = observed.doneAt;
    if (this.#waiting >= this.limits.statements_waiting_max) {
      this.builder.note('COWPATH_STATEMENTS_DROPPED');
      return;
    }
    this.#waiting++;
    log.finished.push(observed);
    const rootOpen = log.root.closedAt === 0;
    if (!rootOpen || log.finished.length >= this.limits.statements_per_root_max) this.#enqueue(log);
  }

  /**
   * Analyses everything that can be, now: what has closed, and what has been open for longer than a flush
   * interval. `last`: the process is ending, nothing more can be waited for.
   */
  settle(last = false): void {
    if (last) for (const database of this.#databases.values()) database.giveUp();
    const openedBefore = performance.now() - this.options.flush_interval_ms;
    for (const log of this.#logs) {
      const any = log.finished.length > 0 || log.closed.length > 0;
      const wait = log.root.slots?.[PROVISIONAL] ? PROVISIONAL_WAIT_MS : 0;
      if (any && (last || log.root.closedAt !== 0 || log.root.openedAt < openedBefore - wait))
        this.#enqueue(log);
    }
    this.#drain();
    this.#logs.forget(last);
    if (last && this.outside.uncounted > 0) {
      this.builder.notes.set('COWPATH_STATEMENTS_UNCOUNTED', this.outside.uncounted);
      this.changes++;
    }
    try {
      const noticed = this.packages.look(this.statements === 0, last);
      if (noticed) this.changes++;
      const first = !this.#anyTold && this.statements > 0;
      this.#anyTold ||= first;
      if (noticed || first) this.onNews?.();
    } catch (error) {
      this.guard.failed('COWPATH_RECORDER_FAILED', error);
    }
  }

  /** Resolves when no catalog and no plan is being waited for. */
  async caughtUp(): Promise<void> {
    await Promise.all([...this.#databases.values()].map((database) => database.reading));
    this.settle();
    await this.plans.idle();
  }

  /** The process is ending: catalogs that statements wait for are read now, for `wait_ms` in all at most. */
  catchUpNow(wait_ms: number): void {
    if (this.#waiting === 0) return;
    const deadline = performance.now() + wait_ms;
    for (const database of this.#databases.values()) {
      const left_ms = deadline - performance.now();
      if (left_ms > 0) database.readNow(left_ms);
    }
  }

  /** The profile recorded since the last `rotate`. */
  segment(from_ms: number): Segment {
    for (const [code, times] of this.guard.counts) {
      const since = times - (this.#notedBefore.get(code) ?? 0);
      if (since > 0) this.builder.notes.set(code, since);
    }
    this.#noted = new Map(this.guard.counts);
    // What was said may turn out otherwise.
    this.builder.notes.delete(PRISMA_ENGINE);
    for (const notice of this.packages.codes) this.builder.notes.set(notice, 1);
    for (const database of this.#databases.values()) {
      if (database.state === 'denied') this.builder.notes.set('COWPATH_CATALOG_DENIED', 1);
    }
    return this.builder.toSegment({
      program: this.#program,
      node: process.version,
      pid: process.pid,
      thread: threadId,
      from_ms,
      // The clock may have been set back meanwhile.
      to_ms: Math.max(from_ms, Date.now()),
    });
  }

  /** Begins a new segment: what was recorded so far stays with the old one, which `segment` has given. */
  rotate(): void {
    this.builder = new ProfileBuilder();
    this.#notedBefore = this.#noted;
    for (const log of this.#logs) log.trails.letGoOfSteps();
  }

  /** Why the catalogs that could not be read could not. */
  denials(): string[] {
    const denied = [...this.#databases.values()].filter((database) => database.state === 'denied');
    return denied.map((database) => `${database.alias}: ${database.because ?? 'unknown'}`);
  }

  /** Whether this root, which opens, is followed. */
  #samples(root: Context): boolean {
    if (this.#openingOutside) return true;
    this.outside.rootOpens();
    const weight = this.#sampler.open(root.name, root.openedAt);
    if (weight > 0) slotsOf(root)[LOG] = this.#newLog(root, weight);
    return weight > 0;
  }

  #closed(context: Context): void {
    const log = this.#logOf(context.frame);
    if (log === null) return;
    log.closed.push(context);
    log.touchedAt = context.closedAt;
    // Of a root that has closed nobody else may ever ask.
    if (log.root.closedAt !== 0 || log.closed.length >= this.limits.statements_per_root_max)
      this.#enqueue(log);
  }

  #loaded(message: LoadMessage): void {
    this.changes++;
    const log = this.#logOf(message.load.context?.frame);
    if (log === null) return;
    this.#analyser.exact(this.builder, log.trails, message, message.load.context ?? log.root);
  }

  /** The log of what runs in this frame; null when it is passed over. */
  #logOf(frame: Frame | undefined): RootLog | null {
    if (frame === undefined) return this.#logOutside();
    if (!isSampled(frame.context)) return null;
    const root = frame.context.root;
    const slots = slotsOf(root);
    // A root that opened before the recorder did has none yet.
    slots[LOG] ??= this.#newLog(root, 1);
    this.#logs.hold(slots[LOG]);
    return slots[LOG];
  }

  #logOutside(): RootLog {
    const run = this.outside.now;
    if (run.log === null) {
      this.#openingOutside = true;
      run.log = this.#newLog(openContext(run.name, null), 1);
      this.#openingOutside = false;
    }
    return run.log;
  }

  #newLog(root: Context, weight: number): RootLog {
    const log = new RootLog(root, weight);
    this.#logs.hold(log);
    return log;
  }

  #enqueue(log: RootLog): void {
    if (!log.queued) {
      log.queued = true;
      this.#ready.push(log);
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#drain();
      this.#logs.forget(false);
    }, ANALYSE_AFTER_MS).unref();
  }

  /** The catalog has been read: whatever waited for it goes on. */
  #catalogRead(): void {
    if (this.#ready.length > 0) this.#drain();
  }

  #drain(): void {
    if (!parserLoaded()) return;
    const later: RootLog[] = [];
    // What was loaded at start-up comes first: the others may follow it.
    const startUp = this.outside.startUp.log;
    if (startUp !== null && startUp.finished.length > 0) this.#enqueue(startUp);
    const ready = this.#ready.splice(0).sort((a, b) => Number(b === startUp) - Number(a === startUp));
    for (const log of ready) {
      if (log.finished.some((observed) => isReading(observed.database))) {
        later.push(log);
        continue;
      }
      log.queued = false;
      const finished = log.finished;
      log.finished = [];
      this.#waiting -= finished.length;
      const closed = log.closed.splice(0);
      this.changes++;
      const start = performance.now();
      try {
        const known = log === startUp ? null : (startUp?.trails ?? null);
        this.#analyser.analyse(this.builder, log.trails, finished, log.root, known);
        for (const context of closed) this.#analyser.ran(this.builder, context, log.trails.weight);
      } catch (error) {
        this.guard.failed('COWPATH_RECORDER_FAILED', error);
      }
      const took_ms = performance.now() - start;
      const outside = this.outside.runOf(log);
      if (outside !== null) outside.spent(finished.length, took_ms);
      else this.#sampler.spent(log.openedAs, finished.length, took_ms);
    }
    this.#ready.push(...later);
  }
}

interface Slots {
  [LOG]?: RootLog;
}

function slotsOf(root: Context): Slots {
  root.slots ??= {};
  return root.slots;
}

function isReading(database: Database): boolean {
  return database.state === 'unread' || database.state === 'reading';
}
