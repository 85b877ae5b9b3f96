/**
 * The profile's file format, version 1. This file is its specification; `validate.ts` checks it.
 *
 * A profile is a folder of **segments**, JSON files named `*.cowpath.json`, each written by one thread of
 * one process over one span of time. A segment holds plain counts, undecayed, with the times of its span;
 * whoever reads decays and merges. Keys are names that survive upgrades of the program: contexts,
 * entities, references, columns; never a file or a line. Files and lines stand beside the counts only, in
 * `UseRecord.sites`. No value of the program's is ever in one.
 *
 * Invariants: counts are finite and not negative; times are whole nanoseconds unless the name says
 * otherwise; a step has either an origin (then it stands at the top of a context's trails) or a reference
 * (then it stands under the step whose objects it was followed from).
 *
 * Within a version fields may be added; readers ignore what they do not know. Anything else is a new version.
 */
import type { HistogramData } from './histogram.ts';

export const FORMAT_NAME = 'cowpath-profile';
export const FORMAT_VERSION = 1;
export const SEGMENT_SUFFIX = '.cowpath.json';

export interface Segment {
  readonly format: typeof FORMAT_NAME;
  readonly version: typeof FORMAT_VERSION;
  /** The program's name, as its package or main file gives it. */
  readonly program: string;
  /** The version of Node that ran it. */
  readonly node: string;
  readonly pid: number;
  /** 0 is the main thread. */
  readonly thread: number;
  /** The span covered: milliseconds since 1970. */
  readonly from_ms: number;
  readonly to_ms: number;
  readonly contexts: readonly ContextRecord[];
  readonly statements: readonly StatementRecord[];
  /** What the recorder has to say about its own work: stable code -> how often. */
  readonly notes: Readonly<Record<string, number>>;
}

/** A context, identified by its path. */
export interface ContextRecord {
  /** Names from the root inward; at least one. */
  readonly path: readonly string[];
  /** How often it ran to its end. */
  readonly runs: number;
  /** From opening to closing, per run. */
  readonly wall: HistogramData;
  /** The trails whose origins were loaded in this context. */
  readonly trails: readonly StepRecord[];
}

/** One step of a trail: its origin, or one reference followed. */
export interface StepRecord {
  readonly origin: Origin | null;
  readonly reference: Reference | null;
  /** For an inferred follow: the origin that its statements are, as long as the follow is not confirmed. Null for origins and exact loads. */
  readonly otherwise: Origin | null;
  /** Hashes of the statement shapes that made this step, most used first; see `Segment.statements`. */
  readonly statements: readonly string[];
  /** Where its queries were issued. The sum over uses is the step's total; the sum over all steps' uses of one place is that context's own cost. */
  readonly uses: readonly UseRecord[];
  /** How sure an inferred follow is; null for origins and for exact loads, which are certain. */
  readonly evidence: Evidence | null;
  /** Deepest level reached when the reference leads to its own step again (a tree by `parent_id`); 1 otherwise. */
  readonly depth: number;
  readonly plan: PlanRecord | null;
  readonly children: readonly StepRecord[];
}

/** The counts of a step in one place. */
export interface UseRecord {
  /** Path of the context in which the queries were issued. */
  readonly place: readonly string[];
  readonly queries: number;
  /** Rows that came back. */
  readonly objects: number;
  /** Distinct keys asked for or returned, counted per root context and summed. */
  readonly keys: number;
  /** Root contexts in which this step occurred, each counted once, in the place where it occurred first. */
  readonly roots: number;
  /** Queries whose shape and values had been asked before in the same root context. */
  readonly repeats: number;
  readonly failed: number;
  /** In the database, per query: from sending it to its last row. */
  readonly time: HistogramData;
  /** Waiting for a connection, per query. */
  readonly wait: HistogramData;
  /**
   * The places in the program from which sampled queries were issued, most samples first; at most 16,
   * of which a newer one takes the place of the least sampled.
   * Absent where none was sampled, and in segments of older releases. Never part of a key.
   */
  readonly sites?: readonly SiteRecord[];
}

/** One place from which queries were issued, as some of them were seen to be. */
export interface SiteRecord {
  /**
   * The program's own frames, from the one that issued the query outward; at most 4. Frames of packages, of
   * Node and of Cowpath are left out. Empty where the issuing frame cannot be known.
   */
  readonly frames: readonly SiteFrame[];
  /** Queries sampled there. */
  readonly samples: number;
}

/** A position in the program's sources, through source maps where there are any. */
export interface SiteFrame {
  /** Relative to the program's working directory, with `/`; outside of it `…/` and the file's name. */
  readonly file: string;
  /** From 1. Of an asynchronous function that is no longer on the stack: of its `await`. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Null for an anonymous one. */
  readonly function: string | null;
}

/** A table. */
export interface EntityName {
  /** Alias of the database: its name, unless the program connects to several of one name. */
  readonly database: string;
  /** Null where it could not be known. */
  readonly schema: string | null;
  readonly table: string;
}

/**
 * How a trail starts.
 * - `query`: rows returned by a free query, by the columns they were selected and ordered by.
 * - `created`: objects that the program created; what they followed is known by the keys returned or supplied.
 * - `write`: an update or delete (with `returning`, its rows are objects too).
 * - `named`: an origin that the program named itself.
 * - `opaque`: a statement that cannot be read, and why.
 */
export type Origin =
  | {
      readonly kind: 'query';
      readonly entity: EntityName | null;
      readonly by: readonly string[];
      readonly order: readonly string[];
    }
  | { readonly kind: 'created'; readonly entity: EntityName }
  | {
      readonly kind: 'write';
      readonly verb: 'update' | 'delete' | 'merge';
      readonly entity: EntityName;
      readonly by: readonly string[];
    }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'opaque'; readonly because: string };

/** A way from objects already loaded to others. */
export interface Reference {
  readonly from: EntityName;
  readonly from_columns: readonly string[];
  readonly to: EntityName;
  /** The columns of `to` (or of `via`, if there is one) that were compared with `from_columns`. */
  readonly to_columns: readonly string[];
  /** The link table of a many-to-many reference. */
  readonly via: EntityName | null;
  /** Which side holds the foreign key; `both` hold one to the same third table; `neither`: the same object again, by its key. */
  readonly holder: 'from' | 'to' | 'both' | 'neither';
  /** Whether one object can lead to many. */
  readonly many: boolean;
  /** `foreign-key`: the database declares it; `inferred`: from names and values; `exact`: announced by the program. */
  readonly known_by: 'foreign-key' | 'inferred' | 'exact';
  /** Other columns of `from` that explain the follows exactly as well: the reference is ambiguous between them. */
  readonly or_columns: readonly (readonly string[])[];
}

/**
 * Why an inferred follow is believed. See `confirmed` in `evidence.ts` for the rule.
 */
export interface Evidence {
  /** Statements of this kind issued in the same place while the source's objects were known. */
  readonly tested: number;
  /** Of those, statements whose values this source explains. */
  readonly explained: number;
  /** Sum over informative roots of ln P(values | followed) / P(values | coincidence). */
  readonly log_ratio: number;
  /** Roots that brought a sequence of values not seen before from this source. */
  readonly signatures: number;
  /** Distinct values at the source, summed over roots in which it was followed. */
  readonly siblings: number;
  /** Of those, values followed. */
  readonly followed: number;
  /** The most distinct values followed in one root. */
  readonly values: number;
  /**
   * Only in merged segments: one of the signatures comes from writers that saw no other, and so much of
   * `log_ratio`; see `mergeEvidence`. Absent where there is none, and where the only signature is that one.
   */
  readonly single?: number;
}

/** A statement's shape, without values. */
export interface StatementRecord {
  /** Versioned hash of the shape, `v1:` and 16 hex digits. */
  readonly hash: string;
  readonly text: string;
}

/**
 * Executions of a step explained with buffers on Cowpath's own connection, summed: those whose plan had the
 * shape that most of them had. Of segments with plans of different shape the newest one's stands.
 */
export interface PlanRecord {
  /** How many executions were explained. */
  readonly samples: number;
  readonly planning_ns: number;
  readonly execution_ns: number;
  readonly root: PlanStep;
}

/** One step of a plan; figures are sums over samples and loops. */
export interface PlanStep {
  /** For example `Index Scan`. */
  readonly node: string;
  readonly relation: string | null;
  readonly index: string | null;
  /** Conditions with their literals taken out. */
  readonly condition: string | null;
  readonly loops: number;
  /** Rows that the step looked at: rows out and rows removed by its filters. */
  readonly rows_in: number;
  readonly rows_out: number;
  readonly rows_planned: number;
  /** Including its children. */
  readonly time_ns: number;
  /** Blocks of 8 KiB found in Postgres's own cache, and read from outside it; including its children, as Postgres counts. */
  readonly blocks_hit: number;
  readonly blocks_read: number;
  readonly children: readonly PlanStep[];
}

/** A key under which entities are the same. */
export function entityKey(entity: EntityName | null): string {
  return entity === null ? '' : `${entity.database}\u0001${entity.schema ?? ''}\u0001${entity.table}`;
}

/** A key under which origins are the same: never the whole statement. */
export function originKey(origin: Origin): string {
  switch (origin.kind) {
    case 'query':
      return `query\u0002${entityKey(origin.entity)}\u0002${origin.by.join()}\u0002${origin.order.join()}`;
    case 'created':
      return `created\u0002${entityKey(origin.entity)}`;
    case 'write':
      return `write\u0002${origin.verb}\u0002${entityKey(origin.entity)}\u0002${origin.by.join()}`;
    case 'named':
      return `named\u0002${origin.name}`;
    case 'opaque':
      return `opaque\u0002${origin.because}`;
  }
}

/** A key under which references are the same. */
export function referenceKey(reference: Reference): string {
  return [
    entityKey(reference.from),
    reference.from_columns.join(),
    entityKey(reference.to),
    reference.to_columns.join(),
    entityKey(reference.via),
    reference.or_columns.map((columns) => columns.join()).join('|'),
  ].join('\u0002');
}

/** A key under which contexts are the same. */
export function pathKey(path: readonly string[]): string {
  return path.join('\u0001');
}
