import type { Layout, Projection } from '../../layout/layout.ts';
import type { Datatype } from '../../model/datatypes.ts';
import { type Document, type Leaf, leavesOf } from '../../model/document.ts';
import type { Planned } from '../plan.ts';
import type { PropertyRow } from './dictionary.ts';
import type { Program, Sql } from './fragment.ts';
import type { Table } from './table.ts';

/** A revision that a write made, as the query tables are to hold it. */
export interface Saved {
  readonly id: number;
  readonly key: string;
  readonly revision: number;
  readonly type: string;
  readonly json: string;
  readonly document: Document;
  readonly leaves: readonly Leaf[];
  /** The revision before; undefined for a thing just created. */
  readonly before: Planned['before'];
}

/** A revision as it is kept; its document and values are read from the text at first use. */
export class SavedRevision {
  readonly revision: number;
  readonly type: string;
  readonly json: string;
  #document: Document | undefined;
  #leaves: readonly Leaf[] | undefined;

  constructor(revision: number, type: string, json: string) {
    this.revision = revision;
    this.type = type;
    this.json = json;
  }

  get document(): Document {
    this.#document ??= JSON.parse(this.json) as Document;
    return this.#document;
  }

  get leaves(): readonly Leaf[] {
    this.#leaves ??= leavesOf(this.document);
    return this.#leaves;
  }
}

/** All revisions of a thing, oldest first, for filling tables anew. */
export interface SavedHistory {
  readonly id: number;
  readonly key: string;
  readonly revisions: readonly SavedRevision[];
}

/** Numbers for what the tables hold by number. */
export interface Numbers {
  keyId(type: string, name: string): number;
  thingId(key: string): number;
}

/** A thing's latest (or asked for) revision as read from the tables. */
export interface CurrentRow {
  readonly id: number;
  readonly key: string;
  readonly type: string;
  readonly revision: number;
  readonly latest_revision: number;
  readonly created: number;
  readonly modified: number;
  readonly json: string;
}

/** Where values of some properties and one datatype are found: rows of (thing_id, key_id, value). */
export interface Source {
  readonly from: Sql;
  /** Undefined where values are not compared (text). */
  readonly value: Sql | undefined;
  /** What else a row must satisfy, for example to be of the latest revision. */
  readonly where: Sql | undefined;
  readonly keyIds: readonly number[];
}

/** How one generation of tables keeps the properties of things: the part that layouts differ in. */
export interface Contents {
  readonly layout: Layout;
  readonly tables: readonly Table[];
  readonly projections: readonly ProjectionTable[];
  /** A statement for the latest revision of one key; undefined where it takes more than one. */
  readonly latest: string | undefined;
  /** All property names under which it keeps rows for a document. */
  names(document: Document, leaves: readonly Leaf[]): Iterable<string>;
  /** Of a thing's revisions, those that its rows are made from. */
  held(history: SavedHistory): readonly SavedRevision[];
  /** Adds the revisions of a write; `Saved.before` must be in the tables already. */
  add(saved: readonly Saved[], numbers: Numbers): Program<void>;
  /** Replaces all that is kept of some things. */
  rewrite(histories: readonly SavedHistory[], numbers: Numbers, withData: boolean): Program<void>;
  /** Latest revisions; in no order, absent ones missing. `lock`: they are about to be written. */
  current(keys: readonly string[], lock: boolean): Program<CurrentRow[]>;
  revision(key: string, revision: number): Program<CurrentRow | undefined>;
  /** All revisions of the things with ids above `after`, at most `limit` things, or of the given ones; by id. */
  histories(
    which: { readonly after: number; readonly limit: number } | { readonly ids: readonly number[] },
  ): Program<SavedHistory[]>;
  sources(properties: readonly PropertyRow[], datatype: Datatype): Source[];
  /** What the tables hold of some things, one text a row, sorted: equal for equal contents. */
  fingerprints(ids: readonly number[]): Program<Map<number, string[]>>;
  /** The same, computed from the documents alone. */
  expected(history: SavedHistory, numbers: Numbers): string[];
}

/** A projection and its table. */
export interface ProjectionTable {
  readonly projection: Projection;
  readonly table: Table;
  /** The table's columns of the properties, quoted, in the order of `projection.columns`. */
  readonly columns: readonly string[];
}
