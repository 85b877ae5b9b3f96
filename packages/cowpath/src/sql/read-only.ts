import { as, lastName, type Node, names, walk } from './nodes.ts';
import { READ_ONLY_FUNCTIONS } from './read-only-functions.ts';

/** Parts of a SELECT that read and nothing else. What is not here makes a statement more than a read. */
const READING: ReadonlySet<string> = new Set(
  (
    'SelectStmt ResTarget ColumnRef A_Star A_Const ParamRef A_Expr BoolExpr NullTest BooleanTest TypeCast ' +
    'CollateClause FuncCall WindowDef SortBy SubLink CaseExpr CaseWhen CoalesceExpr MinMaxExpr RowExpr List ' +
    'A_ArrayExpr A_Indirection A_Indices String Integer Float Boolean BitString RangeVar RangeSubselect ' +
    'RangeFunction RangeTableSample JoinExpr CommonTableExpr GroupingSet GroupingFunc SQLValueFunction ' +
    'NamedArgExpr SetToDefault JsonObjectConstructor JsonArrayConstructor JsonArrayQueryConstructor ' +
    'JsonObjectAgg JsonArrayAgg JsonKeyValue JsonValueExpr JsonFormat JsonReturning JsonOutput JsonIsPredicate ' +
    'JsonFuncExpr JsonParseExpr JsonScalarExpr JsonSerializeExpr JsonArgument JsonBehavior JsonTable ' +
    'JsonTableColumn JsonTablePathSpec JsonAggConstructor TypeName Alias'
  ).split(' '),
);

/** Whether a statement reads and does nothing else (see `StatementAnalysis.readOnly`). */
export function isReadOnly(statement: Node): boolean {
  if (!as(statement, 'SelectStmt')) return false;
  let reads = true;
  walk(statement, (node, kind) => {
    if (!READING.has(kind)) reads = false;
    const call = as(node, 'FuncCall');
    if (call && !isReadingFunction(call.funcname)) reads = false;
    const operator = as(node, 'A_Expr')?.name;
    if (operator && operator.length > 1 && names(operator)[0] !== 'pg_catalog') reads = false;
    return reads;
  });
  return reads && !hasIntoOrLocks(statement);
}

function isReadingFunction(name: readonly Node[] | undefined): boolean {
  const path = names(name);
  if (path.length > 1 && path[0] !== 'pg_catalog') return false;
  return READ_ONLY_FUNCTIONS.has(lastName(name));
}

/** INTO and FOR UPDATE stand in fields of a SELECT, also of the branches of a set operation. */
function hasIntoOrLocks(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasIntoOrLocks);
  if (node === null || typeof node !== 'object') return false;
  for (const key in node) {
    if (key === 'intoClause' || key === 'lockingClause') return true;
    if (hasIntoOrLocks((node as Record<string, unknown>)[key])) return true;
  }
  return false;
}
