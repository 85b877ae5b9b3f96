import { writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { startCapture } from '../capture/index.ts';
import { HttpContexts } from '../contexts/http.ts';
import { accessOf } from '../drivers/pg/access.ts';
import { PgHook } from '../drivers/pg/hook.ts';
import { loadParser } from '../sql/index.ts';
import { optionsFrom } from './options.ts';
import { Recorder } from './recorder.ts';
import { DatabaseSockets } from './sockets.ts';
import { Writer } from './writer.ts';

/** What a recorded process tells `cowpath record` when it ends, through the file named by `COWPATH_OUTCOME`. */
export interface Outcome {
  /** False of one that was told on the way, of a process that may not have come to its end. */
  readonly ended: boolean;
  readonly statements: number;
  readonly copies: number;
  readonly sockets: Readonly<Record<string, number>>;
  readonly denials: readonly string[];
  readonly errors: Readonly<Record<string, string>>;
  /** Codes of notes on the packages that were loaded. */
  readonly packages: readonly string[];
}

/** Recording in one thread: the recorder, its hooks, and the writer. One a thread. */
export interface Session {
  readonly recorder: Recorder;
  readonly pg: PgHook;
  /** Saves what has been recorded so far. For handlers that are frozen between requests. */
  flush(): Promise<void>;
  /** Saves, stops and lets go of every timer and listener. */
  stop(): Promise<void>;
}

/** A program that ends is held up no longer than this for a catalog, or a plan, under way. */
const LAST_WAIT_MS = 3000;

const KEY = Symbol.for('cowpath.session.v1');
type Holder = { [KEY]?: Session };

/** The session under way in this thread, whichever copy of the package began it. */
export function currentSession(): Session | undefined {
  return (globalThis as Holder)[KEY];
}

/** Begins to record in this thread, unless that has begun. */
export function startSession(env: NodeJS.ProcessEnv = process.env): Session {
  const running = currentSession();
  if (running) return running;
  const warn = (message: string): void => {
    process.stderr.write(`cowpath: ${message}\n`);
  };
  const options = optionsFrom(env, warn);
  const recorder = new Recorder(options);
  const pg = new PgHook(recorder);
  const http = new HttpContexts(recorder);
  const sockets = new DatabaseSockets(env);
  const writer = new Writer(recorder, options, warn);
  recorder.start((client) => accessOf(recorder, client));
  const stops = [
    pg.start(),
    http.start(),
    sockets.start(() => pg.copies > 0),
    startCapture(env, http, recorder.guard, warn),
  ];
  writer.start();

  const told = (ended: boolean): void => report(env['COWPATH_OUTCOME'], ended, recorder, pg, sockets);
  // Most servers end by a signal that nobody handles: what is to be said is left where `cowpath record` finds it.
  recorder.onNews = () => told(false);
  const atExit = (): void => {
    recorder.catchUpNow(LAST_WAIT_MS);
    writer.flushSync();
    told(true);
  };
  // Plans take the program's thread to be heard; only who asked for them is held up for them, with its timers running.
  const beforeExit = (): void => {
    process.off('beforeExit', beforeExit);
    // Cowpath's own connections do not keep a process alive; this does, for as long as they may need.
    const hold = setTimeout(() => {}, LAST_WAIT_MS);
    void recorder
      .caughtUp()
      .then(() => writer.flush())
      .finally(() => clearTimeout(hold));
  };
  process.on('exit', atExit);
  if (options.plans) process.on('beforeExit', beforeExit);

  const session: Session = {
    recorder,
    pg,
    flush: async () => {
      await recorder.caughtUp();
      await writer.flush();
    },
    stop: async () => {
      await recorder.caughtUp();
      // What begins from now on is not recorded, and not lost from what is saved.
      recorder.active = false;
      recorder.settle(true);
      await writer.flush();
      writer.stop();
      recorder.stop();
      for (const stop of stops) stop();
      process.off('exit', atExit);
      process.off('beforeExit', beforeExit);
      delete (globalThis as Holder)[KEY];
    },
  };
  (globalThis as Holder)[KEY] = session;
  return session;
}

/** Loads the SQL parser. Until it is there, statements wait to be analysed. */
export async function prepare(session: Session): Promise<void> {
  try {
    await loadParser();
  } catch (error) {
    session.recorder.guard.failed('COWPATH_PARSER_FAILED', error);
  }
}

function report(
  file: string | undefined,
  ended: boolean,
  recorder: Recorder,
  pg: PgHook,
  sockets: DatabaseSockets,
): void {
  if (!file) return;
  const outcome: Outcome = {
    ended,
    statements: recorder.statements,
    copies: pg.copies,
    sockets: Object.fromEntries(sockets.seen),
    denials: recorder.denials(),
    errors: Object.fromEntries(recorder.guard.first),
    packages: recorder.packages.codes,
  };
  try {
    writeFileSync(`${file}.${process.pid}.${threadId}`, JSON.stringify(outcome), { mode: 0o600 });
  } catch {
    // The summary is missing then; the profile is not.
  }
}
