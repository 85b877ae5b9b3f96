/** The test suite of another project, as far as running it and reading its results goes. */
import type { Client } from 'pg';

/** A database for one run, which nobody else uses. */
export interface SuiteDatabase {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Connected as its superuser. */
  readonly client: Client;
}

export interface Suite {
  readonly name: string;
  readonly title: string;
  /** Where its sources are to be had: `owner/name` on GitHub. */
  readonly repository: string;
  /** The package whose version is the suite's. */
  readonly manifest: string;
  /** Files that are there once the checkout is ready for its own tests. */
  readonly ready: readonly string[];
  /** What its tests expect of the database. Where no port is given any will do. */
  readonly database: {
    readonly name: string;
    readonly user: string;
    readonly password: string;
    readonly port?: number;
  };
  readonly parts: readonly Part[];
  /** What its own instructions do to the database and the checkout before a run; returns its environment. */
  prepare(
    source: string,
    database: SuiteDatabase,
    scratch: string,
  ): Promise<Readonly<Record<string, string>>>;
}

/** A part of a suite that is run by itself. */
export interface Part {
  readonly name: string;
  /** Where it is run, in the checkout. */
  readonly folder: string;
  readonly runner: Runner;
  /** Whether its tests ask a database, so that statements of theirs must have been recorded. */
  readonly asks: boolean;
}

/**
 * - `mocha`: mocha with these arguments, which are its suite's own.
 * - `files`: every file under `folders` whose name ends in `ending`, each a program of its own with these
 *   arguments; good if it ends well, with a line for each test that it names.
 */
export type Runner =
  | { readonly kind: 'mocha'; readonly args: readonly string[] }
  | {
      readonly kind: 'files';
      readonly folders: readonly string[];
      readonly ending: string;
      readonly args: readonly string[];
    };

export type State = 'passed' | 'failed' | 'skipped';

/** The results of one run of a part: by the test's full name, numbered where names repeat. */
export class Results {
  readonly states: Map<string, State> = new Map();
  readonly messages: Map<string, string> = new Map();

  add(name: string, state: State, message?: string): void {
    let unique = name;
    for (let n = 2; this.states.has(unique); n++) unique = `${name} #${n}`;
    this.states.set(unique, state);
    if (message !== undefined) this.messages.set(unique, message);
  }

  count(state: State): number {
    let count = 0;
    for (const one of this.states.values()) if (one === state) count++;
    return count;
  }
}
