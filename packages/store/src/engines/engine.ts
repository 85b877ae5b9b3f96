import type { Change } from '../model/actions.ts';
import type { Document } from '../model/document.ts';
import type { Position, Query } from '../model/query.ts';
import type { ThingRecord } from '../model/thing.ts';
import type { Version } from '../model/versions.ts';

/** What an engine guarantees beyond the contract. Tests, migration and errors read it. */
export interface Supports {
  /** What was acknowledged survives the end of the process and of the machine. */
  readonly durable: boolean;
  /** Several processes can open the same store. */
  readonly processes: boolean;
  /** Writes to different keys proceed side by side. */
  readonly concurrentWriters: boolean;
  /** One query sees one moment, across all keys. */
  readonly snapshots: boolean;
  /** The tables can be chosen. */
  readonly layouts: boolean;
}

/** A validated write of one thing. */
export type Write =
  | { readonly kind: 'create'; readonly key: string; readonly type: string; readonly document: Document }
  | {
      readonly kind: 'update';
      readonly key: string;
      readonly changes: readonly Change[];
      readonly expectedRevision: number | undefined;
    };

/** What is recorded with every revision of one batch. */
export interface Note {
  readonly author: string | null;
  readonly comment: string | null;
  readonly time: number;
}

export interface Written {
  readonly key: string;
  readonly revision: number;
  /** False when an update left the thing as it was; no revision was made. */
  readonly changed: boolean;
}

/** A reference that the thing will hold, with the type that its schema asks for. */
export interface ReferenceRule {
  readonly path: string;
  readonly key: string;
  readonly target: string | undefined;
}

/**
 * Called with what a write would make of a thing, before anything is written: checks it against the schema
 * (throws) and returns the references whose target's type the schema prescribes.
 */
export type Check = (key: string, type: string, document: Document) => readonly ReferenceRule[];

export interface Row<T> {
  readonly item: T;
  readonly position: Position;
}

export interface Reads {
  /** An engine that has the answer at once gives it at once: a promise would cost as much as the look-up. */
  get(key: string, revision: number | undefined): Promise<ThingRecord | undefined> | ThingRecord | undefined;
  /** In the order of the keys, undefined where there is none. */
  getMany(keys: readonly string[]): Promise<(ThingRecord | undefined)[]>;
  /** Keys, in the order of the query (reversed when it says so). */
  things(query: Query): Promise<Row<string>[]>;
  count(query: Query): Promise<number>;
  versions(query: Query): Promise<Row<Version>[]>;
}

export interface Writes {
  /** All or nothing; keys are distinct. Results are in the order of the writes. */
  write(writes: readonly Write[], note: Note, check: Check): Promise<Written[]>;
}

/** A transaction: reads see its own writes; nothing is visible to others before commit. */
export interface EngineTransaction extends Reads, Writes {
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/**
 * What a store stands on. The store has validated all that it passes; an engine works, and reports only what
 * depends on the data: conflicts, absent things and references, and its own failures.
 */
export interface Engine extends Reads, Writes {
  readonly name: string;
  readonly supports: Supports;
  /** The layout in use, as its specification; undefined where tables cannot be chosen. */
  readonly layout: string | undefined;
  open(): Promise<void>;
  close(): Promise<void>;
  begin(): Promise<EngineTransaction>;
}
