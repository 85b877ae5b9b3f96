import { equate, readCondition } from './conditions.ts';
import { type Around, sourceOf, walkSubqueries } from './expressions.ts';
import { as, lastName, type Node, type NodeOf, names } from './nodes.ts';
import {
  type FromItem,
  type Output,
  type Resolved,
  resolveQualified,
  type Table,
  tableColumn,
  UNKNOWN,
} from './scope.ts';
import type { ValueSource } from './statement.ts';
import { findCte } from './walker.ts';

/**
 * Adds what a FROM clause names to the scope, in order, and reads the conditions of its joins.
 * `strict`: rows must satisfy inner-join conditions here; false on the side of an outer join that may be null.
 */
export function walkFrom(
  from: readonly Node[] | undefined,
  around: Around,
  strict = true,
): readonly FromItem[] {
  return (from ?? []).flatMap((node) => walkItem(node, around, strict));
}

function walkItem(node: Node, around: Around, strict: boolean): readonly FromItem[] {
  const variable = as(node, 'RangeVar');
  if (variable) return [add(around, relation(variable, around))];
  const sample = as(node, 'RangeTableSample');
  if (sample?.relation) return walkItem(sample.relation, around, strict);
  const select = as(node, 'RangeSubselect');
  if (select) return [add(around, subselect(select, around))];
  const functions = as(node, 'RangeFunction');
  if (functions) return [add(around, functionItem(functions, around))];
  const join = as(node, 'JoinExpr');
  if (join) return walkJoin(join, around, strict);
  walkSubqueries(node, around);
  const table = as(node, 'RangeTableFunc') ?? as(node, 'JsonTable');
  return table ? [add(around, derived(table.alias?.aliasname ?? '', null))] : [];
}

function add(around: Around, item: FromItem): FromItem {
  around.scope.items.push(item);
  return item;
}

function derived(alias: string, outputs: readonly Output[] | null): FromItem {
  return { alias, schema: null, table: null, outputs };
}

type RangeVar = NodeOf<'RangeVar'>;

export function relation(variable: RangeVar, around: Around, target = false): FromItem {
  const name = variable.relname ?? '';
  const alias = variable.alias?.aliasname ?? name;
  const cte = variable.schemaname === undefined && !target ? findCte(around.ctes, name) : undefined;
  if (cte) {
    cte.readBy.push(around.scope);
    return derived(alias, rename(cte.outputs, variable.alias?.colnames));
  }
  const schema = variable.schemaname ?? null;
  const table: Table = { schema, name, alias, scope: around.scope, target };
  around.walker.findings.tables.push(table);
  return { alias, schema, table: variable.alias?.colnames ? null : table, outputs: null };
}

function subselect(select: NodeOf<'RangeSubselect'>, around: Around): FromItem {
  const { scope } = around;
  const outputs = around.walker.query(select.subquery as Node, {
    parent: select.lateral ? scope : scope.parent,
    ctes: around.ctes,
    loads: scope.loads,
    cte: scope.cte,
  });
  return derived(select.alias?.aliasname ?? '', rename(outputs, select.alias?.colnames));
}

/** Outputs under the names of a column alias list. Behind a star whose width only the catalog knows, none is known. */
export function rename(
  outputs: readonly Output[],
  aliases: readonly Node[] | undefined,
): readonly Output[] | null {
  if (!aliases || aliases.length === 0) return outputs;
  if (outputs.some(({ value }) => value.kind === 'star')) return null;
  const given = names(aliases);
  return outputs.map((output, i) => ({ name: given[i] ?? output.name, value: output.value }));
}

/** A function in FROM. Of `unnest` over arrays that the program supplies, the elements are known. */
function functionItem(item: NodeOf<'RangeFunction'>, around: Around): FromItem {
  const calls = (item.functions ?? []).flatMap((each) => as(each, 'List')?.items?.slice(0, 1) ?? []);
  walkSubqueries(item.functions, around);
  const call = as(calls[0], 'FuncCall');
  const alias = item.alias?.aliasname ?? lastName(call?.funcname);
  if (!call || calls.length !== 1 || lastName(call.funcname) !== 'unnest') return derived(alias, null);
  const values = (call.args ?? []).map((argument) => elementsOf(argument, around));
  const outputs: Output[] = values.map((value) => ({ name: values.length === 1 ? alias : 'unnest', value }));
  if (item.ordinality) outputs.push({ name: 'ordinality', value: UNKNOWN });
  return derived(alias, rename(outputs, item.alias?.colnames));
}

function elementsOf(argument: Node, around: Around): Resolved {
  const source = sourceOf(argument, around);
  if (source) return { kind: 'elements', source };
  const cast = as(argument, 'TypeCast');
  const elements = as(cast ? cast.arg : argument, 'A_ArrayExpr')?.elements ?? [];
  const sources = elements.map((element) => sourceOf(element, around));
  if (sources.length === 0 || sources.includes(null)) return UNKNOWN;
  return { kind: 'oneOf', sources: sources as ValueSource[] };
}

function walkJoin(join: NodeOf<'JoinExpr'>, around: Around, strict: boolean): readonly FromItem[] {
  const { scope } = around;
  const { jointype } = join;
  const before = scope.items.length;
  const left = walkItem(
    join.larg as Node,
    around,
    strict && (jointype === 'JOIN_INNER' || jointype === 'JOIN_LEFT'),
  );
  const right = walkItem(
    join.rarg as Node,
    around,
    strict && (jointype === 'JOIN_INNER' || jointype === 'JOIN_RIGHT'),
  );
  if (join.isNatural) scope.merges = true;
  for (const column of names(join.usingClause)) {
    if (column !== null) readUsing(column, left, right, around, strict && jointype === 'JOIN_INNER');
  }
  walkSubqueries(join.quals, around);
  readCondition(join.quals, around, strict && jointype === 'JOIN_INNER');
  const items = [...left, ...right];
  if (!join.alias) return items;
  // An alias over a join hides the names within it.
  const outputs = items.flatMap((item): readonly Output[] =>
    item.table ? [{ name: null, value: { kind: 'star', table: item.table } }] : (item.outputs ?? []),
  );
  const whole = derived(join.alias.aliasname ?? '', rename(outputs, join.alias.colnames));
  scope.items.splice(before, scope.items.length - before, whole);
  return [whole];
}

function readUsing(
  column: string,
  left: readonly FromItem[],
  right: readonly FromItem[],
  around: Around,
  strict: boolean,
): void {
  const { scope } = around;
  scope.merges = true;
  const leftValue = scope.merged.get(column) ?? sideOf(left, column, around);
  const rightValue = sideOf(right, column, around);
  equate({ value: leftValue, outer: false }, { value: rightValue, outer: false }, around, strict);
  scope.merged.set(column, leftValue);
}

/** The column of that name of one side of a join; without a qualifier where several tables may have it. */
function sideOf(items: readonly FromItem[], column: string, around: Around): Resolved {
  const certain = items.find((item) => item.outputs?.some(({ name }) => name === column));
  const possible = certain ? [certain] : items.filter((item) => item.table !== null || item.outputs === null);
  const [only] = possible;
  if (possible.length !== 1 || !only) {
    return { kind: 'column', use: { qualifier: null, column, scope: around.scope.id }, table: null };
  }
  if (only.table) return tableColumn(only.table, column);
  return resolveQualified(around.scope, null, only.alias, column).value;
}
