import type { Frame } from '@cowpath/profile';
import type { CapturedStack } from '../sites/index.ts';
import type { Database } from './database.ts';

/** One column of a result, as the driver describes it. */
export interface ResultField {
  readonly name: string;
  /** The driver's number for the table and its column; 0 for an expression. */
  readonly tableID: number;
  readonly columnID: number;
}

/**
 * One statement, observed from the call to its last row. The driver's hooks fill it in; nothing is analysed
 * before it is finished. Times are `performance.now()` milliseconds; 0 is "not yet".
 */
export class Observed {
  readonly database: Database;
  /** The frame of the code that made the outermost call; undefined outside every context. */
  readonly frame: Frame | undefined;
  /** Empty until the statement is sent, where the program keeps it behind a getter. */
  text: string;
  /** Parameters in the database's text form; undefined for one that has none (binary, or too long to be a key). */
  parameters: (string | null | undefined)[] | null = null;
  /** How many statements it stands for: itself, and those that were passed over before it. */
  readonly weight: number;
  readonly issuedAt: number;
  sentAt = 0;
  firstRowAt = 0;
  doneAt = 0;
  /** Waiting for a connection, in a pool's or the connection's own queue. */
  wait_ms = 0;
  /** In the database. */
  time_ms = 0;
  rows = 0;
  /** Results that came back for this one text; more than 1 when it held several statements. */
  results = 0;
  failed = false;
  fields: readonly ResultField[] | null = null;
  /** Which fields may hold keys: positions in `fields`. Their values stand in `values`, row after row. */
  kept: readonly number[] | null = null;
  values: (string | null | undefined)[] = [];
  /** Of a sampled call: see `sites/`. */
  stack: CapturedStack | null = null;

  constructor(database: Database, frame: Frame | undefined, text: string, weight: number, issuedAt: number) {
    this.database = database;
    this.frame = frame;
    this.text = text;
    this.weight = weight;
    this.issuedAt = issuedAt;
  }
}
