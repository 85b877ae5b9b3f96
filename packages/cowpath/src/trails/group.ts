import type { Context } from '@cowpath/profile';
import type { Observed } from '../recorder/observed.ts';
import type { Candidate } from './candidate.ts';
import type { LoadNode } from './load-node.ts';
import { ReadLog } from './read-log.ts';
import type { Resolved } from './resolve.ts';
import type { Entry } from './source.ts';

/** One observed statement while its place in a trail is being found, and after. */
export interface Execution {
  /** Null once counted: its rows and parameters are not needed any more. */
  observed: Observed | null;
  readonly resolved: Resolved;
  readonly group: Group;
  /** The candidates that explain its values, each with the entry that its first value came from. */
  readonly matches: Match[];
  node: LoadNode | null;
  /** The values asked for in its keys, in order; null when it asked for none. */
  asked: string | null;
  /** Distinct keys: of the main table's rows where they came back, else the values asked for. */
  keys: string[] | null;
}

/** One explanation of one execution's values. */
export interface Match {
  readonly candidate: Candidate;
  /** The statement that loaded the object followed from. */
  readonly from: Execution | LoadNode;
  /** The values found at the source. */
  readonly values: readonly string[];
  /** And where they were found. */
  readonly entries: readonly Entry[];
  /** What this execution says for the candidate: ln P(values | followed) / P(values | coincidence). */
  readonly log_ratio: number;
}

/** The executions of one shape in one context of one root: a loop, usually. */
export class Group {
  readonly id: string;
  /** The alias of the database; values of one are never compared with those of another. */
  readonly database: string;
  readonly place: Context;
  readonly candidates: Map<string, Candidate> = new Map();
  readonly reads: ReadLog = new ReadLog();
  /** The place of those that start a trail, shared by them. */
  originNode: LoadNode | null = null;
  /** The group whose rows these executions read again by their keys; null where they do something else. */
  readAgainFrom: Group | null = null;
  /** Of the rows that came back. */
  columns = 0;
  /** Executions of the portion being analysed. */
  pending: Execution[] = [];

  constructor(id: string, database: string, place: Context) {
    this.id = id;
    this.database = database;
    this.place = place;
  }
}
