/**
 * What the recorder knows of a statement from its text alone: no catalog, no values.
 *
 * A **shape** is a statement with its literals and parameters taken out. Statements that differ only in
 * literals, in white space, in comments or in the length of an `in (…)` or `values (…), (…)` list have the
 * same shape. Everything here is computed once per shape and shared.
 */

/** What a statement does. `opaque`: it could not be parsed, or it holds several statements. */
export type Verb = 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'copy' | 'ddl' | 'transaction' | 'session' | 'utility' | 'opaque';

/** A table (or view) named in a statement. CTEs, subqueries and functions are looked through, never listed. */
export interface TableUse {
  /** As written, or null where the statement left it to the search path. */
  readonly schema: string | null;
  readonly name: string;
  /** The name by which columns refer to it (the alias, or the table's own name). */
  readonly alias: string;
  /** Index of the SELECT scope it belongs to; columns are resolved within one scope. 0 is the outermost. */
  readonly scope: number;
  /** False where it stands only inside an EXISTS, an IN (select …) or a scalar subquery: filtered by, not loaded from. */
  readonly loaded: boolean;
  /** True for the table written to by insert, update, delete, merge. */
  readonly target: boolean;
}

/** A column as written; `qualifier` is an alias of the same scope, null where the statement gave none. */
export interface ColumnUse {
  readonly qualifier: string | null;
  readonly column: string;
  readonly scope: number;
}

/**
 * Where a value comes from: parameter n (1-based, as in `$n`), or the n-th literal (0-based) in the order
 * in which `literalsOf` yields the literals of a text of this shape. A literal list `in (1, 2, 3)` is one
 * `list` source that covers all elements, whatever their number in the text at hand.
 */
export type ValueSource =
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'literal'; readonly index: number };

/**
 * A set of columns that must equal values for a row to be returned: one conjunct of the WHERE clause or of
 * an inner join's condition. `equal` has one tuple of sources, as long as `columns` (`id = $1`,
 * `(a, b) = ($1, $2)`); separate conjuncts on several columns are separate predicates. `in` has one tuple an
 * element (`id in ($1, $2)`, `(a, b) in (($1, $2), ($3, $4))`), as written in the text at hand. `any` has
 * one source, which is an array (`id = any($1)`).
 * Predicates under OR, NOT or outer-join conditions on the inner side are not here.
 */
export interface Predicate {
  readonly kind: 'equal' | 'in' | 'any';
  readonly columns: readonly ColumnUse[];
  readonly values: readonly (readonly ValueSource[])[];
}

/** An equality between columns of two tables (`on a.x = b.y`, or the same in WHERE). */
export interface JoinPair {
  readonly left: ColumnUse;
  readonly right: ColumnUse;
}

/**
 * One column of the result, for statements whose driver metadata says nothing (views, a denied catalog):
 * a plain column, or `star` (of one qualifier, or of all), or `json` (an aggregated or built JSON value: its
 * columns are lost), or another expression.
 */
export type OutputColumn =
  | { readonly kind: 'column'; readonly name: string; readonly source: ColumnUse }
  | { readonly kind: 'star'; readonly qualifier: string | null; readonly scope: number }
  | { readonly kind: 'json'; readonly name: string | null; readonly tables: readonly string[] }
  | { readonly kind: 'expression'; readonly name: string | null };

/** The columns that an INSERT fills with values supplied by the program: one tuple of sources a row; null where the value is an expression or a default. */
export interface InsertedColumns {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (ValueSource | null)[])[];
}

export interface StatementAnalysis {
  readonly verb: Verb;
  readonly tables: readonly TableUse[];
  readonly predicates: readonly Predicate[];
  readonly joins: readonly JoinPair[];
  /** Columns compared with anything at all in a WHERE clause of a loaded scope (also by <, like, between, under OR), in order, once each: what the rows were selected by. */
  readonly selectedBy: readonly ColumnUse[];
  /** Columns of the outermost ORDER BY. */
  readonly orderedBy: readonly ColumnUse[];
  readonly limited: boolean;
  readonly outputs: readonly OutputColumn[];
  /** Whether rows come back from a write (`returning`). */
  readonly returning: boolean;
  readonly inserted: InsertedColumns | null;
  /** True only when every part is known to read and nothing else: no writes in CTEs, no locking clause, no `into`, and no function outside a fixed list of immutable and stable built-ins. Such a statement may be explained with ANALYZE. */
  readonly readOnly: boolean;
  /** Why the analysis is `opaque`, for the report. */
  readonly opaqueBecause: string | null;
}
