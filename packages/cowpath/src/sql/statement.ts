/**
 * What the recorder knows of a statement from its text alone: no catalog, no values.
 *
 * A **shape** is a statement with its literals and parameters taken out. Statements that differ only in
 * literals, in white space, in comments or in the length of an `in (…)` or `values (…), (…)` list have the
 * same shape. Everything here is computed once per shape and shared.
 */

/** What a statement does. `opaque`: it could not be parsed, or it holds several statements. */
export type Verb =
  | 'select'
  | 'insert'
  | 'update'
  | 'delete'
  | 'merge'
  | 'copy'
  | 'ddl'
  | 'transaction'
  | 'session'
  | 'utility'
  | 'opaque';

/** A table (or view) named in a statement. CTEs, subqueries and functions are looked through, never listed. */
export interface TableUse {
  /** As written, or null where the statement left it to the search path. */
  readonly schema: string | null;
  readonly name: string;
  /** The name by which columns refer to it (the alias, or the table's own name). */
  readonly alias: string;
  /** Index of the SELECT scope it belongs to; columns are resolved within one scope. 0 is the outermost. */
  readonly scope: number;
  /**
   * Whether values of its rows come back to the program. False where it stands only inside an EXISTS, an
   * IN (select …), a scalar subquery that builds no JSON or array, the query of an INSERT … SELECT, or a CTE
   * that nothing loads from; for the target of a write, true only with `returning`.
   */
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
 * Where a value comes from: a **slot** of the shape, numbered from 0 in the order of the shape. Every text of
 * the shape fills each slot with a literal or with a parameter, whose `$n` is the text's own affair: the
 * slots of a collapsed list (`in (…)`, `array[…]`, `values (…), (…)`) are filled once an element, whatever
 * the list's length, and parameters after it count on. So a source alone gives no value: `valuesOf` and
 * `insertedRowsOf` (values.ts) do, from the text at hand and its parameters.
 */
export interface ValueSource {
  readonly kind: 'parameter' | 'literal';
  readonly slot: number;
}

/**
 * A set of columns that must equal values for a row to be returned: one conjunct of the WHERE clause or of
 * an inner join's condition. `equal` has one tuple of sources, as long as `columns` (`id = $1`,
 * `(a, b) = ($1, $2)`); separate conjuncts on several columns are separate predicates. `in` has one tuple for
 * each form of element (`id in ($1, $2)` has one, which stands for all its elements; `(a, b) in (($1, $2),
 * ($3, $4))` one of two sources; `in ($1, 5)` two). `any` has one source, which is an array (`id = any($1)`,
 * or a join with `unnest($1)`).
 *
 * Columns of subqueries and CTEs are followed to those of the table. Each branch of a set operation or of a
 * recursive CTE is a scope of its own, and a predicate speaks of the rows of its scope only. Predicates under
 * OR, NOT, in outer-join conditions, or on columns of an outer query are not here.
 */
export interface Predicate {
  readonly kind: 'equal' | 'in' | 'any';
  readonly columns: readonly ColumnUse[];
  readonly values: readonly (readonly ValueSource[])[];
}

/**
 * An equality between columns of two tables: `on a.x = b.y`, `using (x)`, the same in WHERE, a correlation
 * with an outer query, `x in (select y …)`. Natural joins say nothing without the catalog.
 */
export interface JoinPair {
  readonly left: ColumnUse;
  readonly right: ColumnUse;
}

/**
 * One column of the result, for statements whose driver metadata says nothing (views, a denied catalog):
 * a plain column, or `star` (of one qualifier, or of all), or `json` (an aggregated or built JSON value or array:
 * its columns are lost; `tables` names those that it was made from), or another expression.
 */
export type OutputColumn =
  | { readonly kind: 'column'; readonly name: string; readonly source: ColumnUse }
  | { readonly kind: 'star'; readonly qualifier: string | null; readonly scope: number }
  | { readonly kind: 'json'; readonly name: string | null; readonly tables: readonly string[] }
  | { readonly kind: 'expression'; readonly name: string | null };

/** The columns that an INSERT fills with values supplied by the program. */
export interface InsertedColumns {
  /** Null where the statement names none: the table's own order. */
  readonly columns: readonly string[] | null;
  /** One tuple of sources for each form of row (see `Predicate`); null where the value is an expression, a default or a written null. */
  readonly rows: readonly (readonly (ValueSource | null)[])[];
  /** Whether there is an ON CONFLICT clause: then a row given is not surely a row created. */
  readonly onConflict: boolean;
}

export interface StatementAnalysis {
  readonly verb: Verb;
  readonly tables: readonly TableUse[];
  readonly predicates: readonly Predicate[];
  readonly joins: readonly JoinPair[];
  /** Columns compared with anything but another column in the WHERE clause of a loaded scope or of a write (also by <, like, between, under OR), in order, once each: what the rows were selected by. */
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
