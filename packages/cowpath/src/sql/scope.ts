import type { Slot } from './shape.ts';
import type { ColumnUse, JoinPair, Predicate, ValueSource } from './statement.ts';

/** A table use while the statement is walked; whether it is loaded is known at the end (`isLoaded`). */
export interface Table {
  readonly schema: string | null;
  readonly name: string;
  readonly alias: string;
  readonly scope: Scope;
  readonly target: boolean;
}

/** One SELECT (or INSERT, UPDATE, DELETE, MERGE): what its columns may refer to. */
export interface Scope {
  readonly id: number;
  /** The scope that it may refer to beyond its own tables: correlated subqueries, LATERAL. */
  readonly parent: Scope | null;
  readonly items: FromItem[];
  /** Columns merged by USING, with what each is taken from. */
  readonly merged: Map<string, Resolved>;
  /** Set where NATURAL or USING merges columns, so that `*` is not the columns of each table in turn. */
  merges: boolean;
  /** False within EXISTS, IN (select …) and the like, and for a write without RETURNING. */
  readonly loads: boolean;
  /** The CTE in whose body it stands. */
  readonly cte: Cte | null;
}

export interface Cte {
  readonly name: string;
  outputs: Output[];
  readonly readBy: Scope[];
}

/** Something in FROM with a name: a table; or a subquery, CTE or function with what is known of its columns. */
export interface FromItem {
  readonly alias: string;
  readonly schema: string | null;
  readonly table: Table | null;
  /** Null where the columns are not known (most functions, tables whose columns are renamed). */
  readonly outputs: readonly Output[] | null;
}

export interface Output {
  readonly name: string | null;
  readonly value: Resolved | { readonly kind: 'star'; readonly table: Table | null };
}

/** What a column or an expression turns out to be. */
export type Resolved =
  | { readonly kind: 'column'; readonly use: ColumnUse; readonly table: Table | null }
  | { readonly kind: 'json'; readonly tables: readonly Table[] }
  /** One value; one of several (`values (1), (2)`); the elements of an array (`unnest($1)`). */
  | { readonly kind: 'value'; readonly source: ValueSource }
  | { readonly kind: 'oneOf'; readonly sources: readonly ValueSource[] }
  | { readonly kind: 'elements'; readonly source: ValueSource }
  | { readonly kind: 'expression'; readonly tables: readonly Table[] };

export const UNKNOWN: Resolved = { kind: 'expression', tables: [] };

/** What is found on the way; one for each statement. */
export interface Findings {
  readonly slots: readonly Slot[];
  readonly scopes: Scope[];
  readonly tables: Table[];
  readonly predicates: Predicate[];
  readonly joins: JoinPair[];
  readonly selectedBy: { readonly use: ColumnUse; readonly scope: Scope }[];
}

export function newScope(findings: Findings, parent: Scope | null, loads: boolean, cte: Cte | null): Scope {
  const scope: Scope = {
    id: findings.scopes.length,
    parent,
    items: [],
    merged: new Map(),
    merges: false,
    loads,
    cte,
  };
  findings.scopes.push(scope);
  return scope;
}

/** Whether rows of a scope reach the program: not through a filter, and not only through a CTE that nothing loads from. */
export function isLoaded(scope: Scope, through: readonly Cte[] = []): boolean {
  if (!scope.loads) return false;
  const { cte } = scope;
  if (cte === null) return true;
  if (through.includes(cte)) return false;
  return cte.readBy.some((reader) => isLoaded(reader, [...through, cte]));
}

/** What a column reference names, and whether it belongs to an outer scope. */
export interface Resolution {
  readonly value: Resolved;
  readonly outer: boolean;
}

export function resolveQualified(
  scope: Scope,
  schema: string | null,
  qualifier: string,
  column: string,
): Resolution {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    for (const item of at.items) {
      if (item.alias !== qualifier || (schema !== null && item.schema !== null && item.schema !== schema))
        continue;
      return { value: columnOf(item, column), outer: at !== scope };
    }
  }
  return { value: UNKNOWN, outer: false };
}

/**
 * A column without a qualifier. A subquery that surely has it wins, for the statement would be ambiguous if a
 * table had it too; else the only table that may have it; else the catalog must say, and no qualifier is given.
 */
export function resolveUnqualified(scope: Scope, column: string): Resolution {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const merged = at.merged.get(column);
    if (merged) return { value: merged, outer: at !== scope };
    const certain = at.items.find((item) => item.outputs?.some((output) => output.name === column));
    if (certain) return { value: columnOf(certain, column), outer: at !== scope };
    const possible = at.items.filter((item) => mayHave(item));
    if (possible.length === 0) continue;
    if (possible.length === 1 && !anyTables(at.parent)) {
      return { value: columnOf(possible[0] as FromItem, column), outer: at !== scope };
    }
    return {
      value: { kind: 'column', use: { qualifier: null, column, scope: at.id }, table: null },
      outer: at !== scope,
    };
  }
  return { value: UNKNOWN, outer: false };
}

function mayHave(item: FromItem): boolean {
  return item.outputs === null || item.outputs.some((output) => output.value.kind === 'star');
}

function anyTables(scope: Scope | null): boolean {
  for (let at = scope; at !== null; at = at.parent) if (at.items.some(mayHave)) return true;
  return false;
}

function columnOf(item: FromItem, column: string): Resolved {
  if (item.table !== null) return tableColumn(item.table, column);
  if (item.outputs === null) return UNKNOWN;
  const named = item.outputs.find((output) => output.name === column);
  if (named && named.value.kind !== 'star') return named.value;
  const stars = item.outputs.flatMap((output) => (output.value.kind === 'star' ? [output.value.table] : []));
  const [star] = stars;
  return stars.length === 1 && star ? tableColumn(star, column) : UNKNOWN;
}

export function tableColumn(table: Table, column: string): Resolved {
  return { kind: 'column', use: { qualifier: table.alias, column, scope: table.scope.id }, table };
}

/** The tables whose values an item or a value holds. */
export function tablesOf(value: Output['value']): readonly Table[] {
  switch (value.kind) {
    case 'column':
    case 'star':
      return value.table ? [value.table] : [];
    case 'json':
    case 'expression':
      return value.tables;
    default:
      return [];
  }
}

export function tablesOfItem(item: FromItem): readonly Table[] {
  if (item.table) return [item.table];
  return [...new Set((item.outputs ?? []).flatMap((output) => tablesOf(output.value)))];
}
