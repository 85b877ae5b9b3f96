import { as, lastName, type Node, names, walk } from './nodes.ts';
import {
  type Output,
  type Resolution,
  type Resolved,
  resolveQualified,
  resolveUnqualified,
  type Scope,
  type Table,
  tablesOf,
  tablesOfItem,
  UNKNOWN,
} from './scope.ts';
import type { ValueSource } from './statement.ts';
import type { Ctes, Walker } from './walker.ts';

/** Functions that put rows or columns of others into one value. */
const BUILDERS: ReadonlySet<string> = new Set(
  (
    'json_agg jsonb_agg json_agg_strict jsonb_agg_strict json_object_agg jsonb_object_agg ' +
    'json_object_agg_strict jsonb_object_agg_strict json_object_agg_unique jsonb_object_agg_unique ' +
    'json_object_agg_unique_strict jsonb_object_agg_unique_strict json_build_object jsonb_build_object ' +
    'json_build_array jsonb_build_array row_to_json to_json to_jsonb array_to_json array_agg'
  ).split(' '),
);
const BUILDER_NODES: ReadonlySet<string> = new Set([
  'JsonObjectConstructor',
  'JsonArrayConstructor',
  'JsonArrayQueryConstructor',
  'JsonObjectAgg',
  'JsonArrayAgg',
]);

/** Casts of a column that leave its text as it is, or make it a number's or a uuid's own. */
const LOSSLESS: ReadonlySet<string> = new Set(
  'text varchar citext name uuid int2 int4 int8 numeric oid'.split(' '),
);

/** What surrounds an expression. */
export interface Around {
  readonly walker: Walker;
  readonly scope: Scope;
  readonly ctes: Ctes | null;
}

/** The slot that a bare parameter or literal fills, through casts; null for anything else. */
export function sourceOf(node: Node | undefined, around: Around): ValueSource | null {
  const cast = as(node, 'TypeCast');
  if (cast) return sourceOf(cast.arg, around);
  const parameter = as(node, 'ParamRef');
  const number = parameter ? parameter.number : constantNumber(node);
  const slot = number === undefined ? undefined : around.walker.findings.slots[number - 1];
  if (number === undefined || slot === undefined || slot.nested) return null;
  if ((slot.kind === 'parameter') !== (parameter !== undefined)) return null;
  return { kind: slot.kind, slot: number - 1 };
}

/** In a canonical statement a literal's content is the number of its slot (`canonicalText`). */
function constantNumber(node: Node | undefined): number | undefined {
  const constant = as(node, 'A_Const');
  if (constant?.ival) return constant.ival.ival;
  if (constant?.sval?.sval !== undefined && /^\d{1,9}$/.test(constant.sval.sval))
    return Number(constant.sval.sval);
  return undefined;
}

export function resolveColumn(node: Node | undefined, scope: Scope): Resolution | null {
  const fields = as(node, 'ColumnRef')?.fields;
  if (!fields || fields.length === 0) return null;
  const path = names(fields);
  const column = path.at(-1);
  if (column === null || column === undefined) return null;
  const qualifier = path.at(-2);
  if (qualifier === undefined || qualifier === null) return resolveUnqualified(scope, column);
  return resolveQualified(scope, path.at(-3) ?? null, qualifier, column);
}

/** One side of a comparison: a column (through casts that keep its text), a value, or something else. */
export function operand(node: Node | undefined, around: Around): Resolution {
  const source = sourceOf(node, around);
  if (source) return { value: { kind: 'value', source }, outer: false };
  const cast = as(node, 'TypeCast');
  if (cast && !LOSSLESS.has(lastName(cast.typeName?.names))) return { value: UNKNOWN, outer: false };
  return resolveColumn(cast ? cast.arg : node, around.scope) ?? { value: UNKNOWN, outer: false };
}

/** What a column of a result is. */
export function resolvedOf(node: Node | undefined, around: Around): Resolved {
  const column = resolveColumn(node, around.scope);
  if (column && column.value !== UNKNOWN) return column.value;
  const source = sourceOf(node, around);
  if (source) return { kind: 'value', source };
  const { tables, builds } = contents(node, around);
  return builds && tables.length > 0 ? { kind: 'json', tables } : { kind: 'expression', tables };
}

/** The tables whose values an expression is made from, and whether it puts them into JSON or an array. */
function contents(
  expression: Node | undefined,
  around: Around,
): { tables: readonly Table[]; builds: boolean } {
  const tables = new Set<Table>();
  let builds = false;
  const add = (more: readonly Table[]): void => {
    for (const table of more) tables.add(table);
  };
  walk(expression, (node, kind) => {
    if (isBuilder(node, kind)) builds = true;
    const link = as(node, 'SubLink');
    if (link) {
      const outputs = subquery(node, around);
      if (link.subLinkType === 'ARRAY_SUBLINK' || outputs.some(({ value }) => value.kind === 'json'))
        builds = true;
      for (const output of outputs) add(tablesOf(output.value));
      return false;
    }
    const query = as(node, 'JsonArrayQueryConstructor')?.query;
    if (query) {
      for (const output of around.walker.query(query, placeWithin(around, true))) add(tablesOf(output.value));
      return false;
    }
    if (as(node, 'ColumnRef')) {
      const path = names(as(node, 'ColumnRef')?.fields);
      const item = path.length === 1 ? wholeRow(around.scope, path[0] ?? '') : null;
      // A bare name may be a whole row. Should the row have a column of that name, its table is the same.
      if (item) {
        add(item);
        return false;
      }
      const column = resolveColumn(node, around.scope)?.value;
      if (column?.kind === 'json') builds = true;
      if (column) add(tablesOf(column));
      if (path.at(-1) === null)
        for (const each of around.scope.items) add(starOf(each.alias, path, tablesOfItem(each)));
      return false;
    }
    return true;
  });
  return { tables: [...tables], builds };
}

function starOf(alias: string, path: readonly (string | null)[], tables: readonly Table[]): readonly Table[] {
  return path.length === 1 || path.at(-2) === alias ? tables : [];
}

function wholeRow(scope: Scope, name: string): readonly Table[] | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const item = at.items.find(({ alias }) => alias === name);
    if (item) return tablesOfItem(item);
  }
  return null;
}

function isBuilder(node: Node, kind: string): boolean {
  const call = as(node, 'FuncCall');
  return call ? BUILDERS.has(lastName(call.funcname)) : BUILDER_NODES.has(kind);
}

function placeWithin(around: Around, loads: boolean): Parameters<Walker['query']>[1] {
  return {
    parent: around.scope,
    ctes: around.ctes,
    loads: loads && around.scope.loads,
    cte: around.scope.cte,
  };
}

/** Walks the query of a SubLink. Only one that puts rows into JSON or an array loads them. */
export function subquery(node: Node, around: Around): readonly Output[] {
  const link = as(node, 'SubLink');
  if (!link?.subselect) return [];
  const loads =
    link.subLinkType === 'ARRAY_SUBLINK' ||
    (link.subLinkType === 'EXPR_SUBLINK' && buildsAtTop(link.subselect));
  return around.walker.query(link.subselect, placeWithin(around, loads));
}

function buildsAtTop(select: Node): boolean {
  let builds = false;
  walk(as(select, 'SelectStmt')?.targetList, (node, kind) => {
    if (isBuilder(node, kind)) builds = true;
    return !as(node, 'SubLink');
  });
  return builds;
}

/** Walks the queries inside of expressions, for the tables that they name. */
export function walkSubqueries(expressions: unknown, around: Around): void {
  walk(expressions, (node) => {
    if (as(node, 'SubLink')) {
      walkSubqueries(as(node, 'SubLink')?.testexpr, around);
      subquery(node, around);
      return false;
    }
    const query = as(node, 'JsonArrayQueryConstructor')?.query;
    if (query) around.walker.query(query, placeWithin(around, true));
    return !query;
  });
}
