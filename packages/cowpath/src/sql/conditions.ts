import { type Around, operand, resolveColumn, sourceOf, subquery } from './expressions.ts';
import { as, lastName, type Node, walk } from './nodes.ts';
import type { Resolution, Resolved } from './scope.ts';
import type { ColumnUse, ValueSource } from './statement.ts';

/**
 * Reads a condition for what it says of rows for sure.
 * `strict`: a row for which it is not true is not returned; false for the conditions of outer joins, of which
 * only the join pairs count.
 */
export function readCondition(condition: Node | undefined, around: Around, strict: boolean): void {
  for (const conjunct of conjuncts(condition)) readConjunct(conjunct, around, strict);
}

function conjuncts(condition: Node | undefined): readonly Node[] {
  if (!condition) return [];
  const and = as(condition, 'BoolExpr');
  return and?.boolop === 'AND_EXPR' ? (and.args ?? []).flatMap(conjuncts) : [condition];
}

function readConjunct(conjunct: Node, around: Around, strict: boolean): void {
  const link = as(conjunct, 'SubLink');
  if (link?.subLinkType === 'ANY_SUBLINK' && (!link.operName || lastName(link.operName) === '=')) {
    readInSubquery(conjunct, around, strict);
    return;
  }
  const comparison = as(conjunct, 'A_Expr');
  if (!comparison?.lexpr || !comparison.rexpr) return;
  const { kind, lexpr, rexpr } = comparison;
  if (kind !== 'AEXPR_NOT_DISTINCT' && lastName(comparison.name) !== '=') return;
  if (kind === 'AEXPR_OP' || kind === 'AEXPR_NOT_DISTINCT') readEquality(lexpr, rexpr, around, strict);
  else if (kind === 'AEXPR_IN') readList(lexpr, as(rexpr, 'List')?.items ?? [], around, strict);
  else if (kind === 'AEXPR_OP_ANY') readAny(lexpr, rexpr, around, strict);
}

/** The expressions of a row constructor; any other expression alone. */
function parts(node: Node): readonly Node[] {
  return as(node, 'RowExpr')?.args ?? [node];
}

function readEquality(left: Node, right: Node, around: Around, strict: boolean): void {
  const lefts = parts(left);
  const rights = parts(right);
  if (lefts.length !== rights.length) return;
  const columns: ColumnUse[] = [];
  const sources: ValueSource[] = [];
  for (const [i, each] of lefts.entries()) {
    const other = rights[i] as Node;
    const pair = equate(side(each, around), side(other, around), around, strict);
    if (pair) {
      columns.push(pair.column);
      sources.push(pair.source);
    }
  }
  if (strict && columns.length > 0)
    around.walker.findings.predicates.push({ kind: 'equal', columns, values: [sources] });
}

/** One side of an equality; a scalar subquery is its only column. */
function side(node: Node, around: Around): Resolution {
  if (as(node, 'SubLink')?.subLinkType !== 'EXPR_SUBLINK') return operand(node, around);
  const value = subquery(node, around)[0]?.value;
  return value?.kind === 'column' ? { value, outer: true } : operand(node, around);
}

/** Notes what `left = right` says at once, and returns the column and value that go into the predicate of its row. */
export function equate(
  left: Resolution,
  right: Resolution,
  around: Around,
  strict: boolean,
): { column: ColumnUse; source: ValueSource } | null {
  if (left.value.kind !== 'column') {
    return right.value.kind === 'column' ? equate(right, left, around, strict) : null;
  }
  const { use } = left.value;
  const { findings } = around.walker;
  const other: Resolved = right.value;
  if (other.kind === 'column') {
    if (use.scope !== other.use.scope || use.qualifier === null || use.qualifier !== other.use.qualifier) {
      findings.joins.push({ left: use, right: other.use });
    }
    return null;
  }
  if (!strict || left.outer) return null;
  if (other.kind === 'value') return { column: use, source: other.source };
  if (other.kind === 'oneOf') {
    findings.predicates.push({ kind: 'in', columns: [use], values: other.sources.map((source) => [source]) });
  } else if (other.kind === 'elements') {
    findings.predicates.push({ kind: 'any', columns: [use], values: [[other.source]] });
  }
  return null;
}

/** `x in (1, 2)`, `(x, y) in ((1, 2), (3, 4))`, `x = any(array[1, 2])`. Nulls equal nothing and are left out. */
function readList(left: Node, elements: readonly Node[], around: Around, strict: boolean): void {
  if (!strict) return;
  const columns: ColumnUse[] = [];
  for (const part of parts(left)) {
    const { value, outer } = operand(part, around);
    if (value.kind !== 'column' || outer) return;
    columns.push(value.use);
  }
  const values: ValueSource[][] = [];
  for (const element of elements) {
    if (as(element, 'A_Const')?.isnull) continue;
    const tuple = parts(element).map((part) => sourceOf(part, around));
    if (tuple.length !== columns.length || tuple.includes(null)) return;
    values.push(tuple as ValueSource[]);
  }
  if (values.length > 0) around.walker.findings.predicates.push({ kind: 'in', columns, values });
}

function readAny(left: Node, right: Node, around: Around, strict: boolean): void {
  const cast = as(right, 'TypeCast');
  const array = as(cast ? cast.arg : right, 'A_ArrayExpr');
  if (array) {
    readList(left, array.elements ?? [], around, strict);
    return;
  }
  const source = sourceOf(right, around);
  const { value, outer } = operand(left, around);
  if (!strict || !source || value.kind !== 'column' || outer) return;
  around.walker.findings.predicates.push({ kind: 'any', columns: [value.use], values: [[source]] });
}

function readInSubquery(node: Node, around: Around, strict: boolean): void {
  const outputs = subquery(node, around);
  const lefts = parts(as(node, 'SubLink')?.testexpr as Node);
  if (lefts.length !== outputs.length) return;
  for (const [i, left] of lefts.entries()) {
    const { value } = outputs[i] as (typeof outputs)[number];
    if (value.kind === 'star') continue;
    const pair = equate(operand(left, around), { value, outer: true }, around, strict);
    if (pair && strict) {
      around.walker.findings.predicates.push({
        kind: 'equal',
        columns: [pair.column],
        values: [[pair.source]],
      });
    }
  }
}

/** Notes the columns of a WHERE clause that are compared with anything but another column. */
export function readSelection(condition: Node | undefined, around: Around): void {
  walk(condition, (node) => {
    const link = as(node, 'SubLink');
    if (link) {
      readSelection(link.testexpr, around);
      return false;
    }
    const comparison = as(node, 'A_Expr');
    if (comparison?.kind === 'AEXPR_OP' && bothColumns(comparison.lexpr, comparison.rexpr, around))
      return false;
    const column = as(node, 'ColumnRef') ? resolveColumn(node, around.scope) : null;
    if (column?.value.kind === 'column' && !column.outer) {
      around.walker.findings.selectedBy.push({ use: column.value.use, scope: around.scope });
    }
    return true;
  });
}

function bothColumns(left: Node | undefined, right: Node | undefined, around: Around): boolean {
  return (
    resolveColumn(left, around.scope)?.value.kind === 'column' &&
    resolveColumn(right, around.scope)?.value.kind === 'column'
  );
}
