import { type Around, resolveColumn, sourceOf } from './expressions.ts';
import { TEXT_CHARACTERS_MAX } from './lexed.ts';
import { as, kindOf, type Node, type NodeOf } from './nodes.ts';
import { parse } from './parse.ts';
import { QueryWalker, writeOf } from './queries.ts';
import { isReadOnly } from './read-only.ts';
import { type Findings, isLoaded, type Output, type Table } from './scope.ts';
import type { Shape } from './shape.ts';
import type { ColumnUse, InsertedColumns, OutputColumn, StatementAnalysis, TableUse } from './statement.ts';
import { verbOf } from './verbs.ts';

/** Columns, predicates, tables … kept of one statement, each; only generated statements have more. */
const KEPT_MAX = 1_000;

/**
 * What a shape says of its statements. Costs about what parsing costs (bench/sql.ts); keep it, by shape
 * (`StatementCache`). Never throws once the parser is loaded: what cannot be understood is `opaque`.
 */
export function analyse(shape: Shape): StatementAnalysis {
  if (shape.truncated)
    return opaque(`it is longer than ${TEXT_CHARACTERS_MAX} characters, or its shape too long`);
  const { statement, refused } = parse(shape.canonical);
  if (!statement) return opaque(refused);
  try {
    return analyseTree(statement, shape);
  } catch (error) {
    // The tree is walked by recursion; one that Postgres's parser could still build may be too deep for it.
    return opaque(error instanceof RangeError ? 'it is nested too deeply' : `its analysis failed: ${error}`);
  }
}

function analyseTree(statement: Node, shape: Shape): StatementAnalysis {
  const findings: Findings = {
    slots: shape.slots,
    scopes: [],
    tables: [],
    predicates: [],
    joins: [],
    selectedBy: [],
  };
  const walker = new QueryWalker(findings);
  const verb = verbOf(statement);
  const query = queryOf(statement);
  const outputs = query ? walker.query(query, { parent: null, ctes: null, loads: true, cte: null }) : [];
  const written = writtenTables(statement);
  const [scope] = findings.scopes;
  const around: Around | null = scope ? { walker, scope, ctes: null } : null;
  const select = as(query, 'SelectStmt');
  const insert = as(query, 'InsertStmt');
  return {
    verb,
    tables: [...written, ...findings.tables.map(tableUse)].slice(0, KEPT_MAX),
    predicates: findings.predicates.slice(0, KEPT_MAX),
    joins: findings.joins.slice(0, KEPT_MAX),
    selectedBy: distinct(
      findings.selectedBy
        .filter(({ scope }) => isLoaded(scope) || scope.items.some(({ table }) => table?.target))
        .map(({ use }) => use),
    ).slice(0, KEPT_MAX),
    orderedBy: select && around ? orderedBy(select, outputs, around) : [],
    limited: select?.limitCount !== undefined && as(select.limitCount, 'A_Const')?.isnull !== true,
    outputs: outputs.map(outputColumn).slice(0, KEPT_MAX),
    returning: writeOf(query)?.returningClause !== undefined,
    inserted: insert && around ? insertedColumns(insert, around) : null,
    readOnly: isReadOnly(statement),
    opaqueBecause: null,
  };
}

/** The query inside of a statement whose tables count as its own; null for statements that have none. */
function queryOf(statement: Node): Node | undefined {
  switch (kindOf(statement)) {
    case 'SelectStmt':
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
      return statement;
    default:
      return (
        as(statement, 'DeclareCursorStmt')?.query ??
        as(statement, 'CopyStmt')?.query ??
        as(statement, 'CreateTableAsStmt')?.query
      );
  }
}

/** Tables that a statement without a query names as written to (COPY … FROM, TRUNCATE) or read (COPY … TO). */
function writtenTables(statement: Node): TableUse[] {
  const copy = as(statement, 'CopyStmt');
  if (copy?.relation) return [namedTable(copy.relation, copy.is_from === true)];
  const truncated = as(statement, 'TruncateStmt')?.relations ?? [];
  return truncated.flatMap((node) => {
    const variable = as(node, 'RangeVar');
    return variable ? [namedTable(variable, true)] : [];
  });
}

function namedTable(variable: NodeOf<'RangeVar'>, target: boolean): TableUse {
  const name = variable.relname ?? '';
  return { schema: variable.schemaname ?? null, name, alias: name, scope: 0, loaded: !target, target };
}

function tableUse({ schema, name, alias, scope, target }: Table): TableUse {
  return { schema, name, alias, scope: scope.id, loaded: isLoaded(scope), target };
}

function orderedBy(select: NodeOf<'SelectStmt'>, outputs: readonly Output[], around: Around): ColumnUse[] {
  const columns = (select.sortClause ?? []).flatMap((node) => {
    const expression = as(node, 'SortBy')?.node;
    const fields = as(expression, 'ColumnRef')?.fields ?? [];
    // A bare name is first that of an output.
    const name = fields.length === 1 ? as(fields[0], 'String')?.sval : undefined;
    const output = outputs.find((each) => name !== undefined && each.name === name)?.value;
    const value = output?.kind === 'column' ? output : resolveColumn(expression, around.scope)?.value;
    return value?.kind === 'column' ? [value.use] : [];
  });
  return distinct(columns);
}

function outputColumn(output: Output): OutputColumn {
  const { name, value } = output;
  switch (value.kind) {
    case 'column':
      return { kind: 'column', name: name ?? value.use.column, source: value.use };
    case 'star':
      return { kind: 'star', qualifier: value.table?.alias ?? null, scope: value.table?.scope.id ?? 0 };
    case 'json':
      return { kind: 'json', name, tables: [...new Set(value.tables.map((table) => table.name))] };
    default:
      return { kind: 'expression', name };
  }
}

function insertedColumns(insert: NodeOf<'InsertStmt'>, around: Around): InsertedColumns | null {
  const lists = as(insert.selectStmt, 'SelectStmt')?.valuesLists;
  if (!lists) return null;
  return {
    columns: insert.cols ? insert.cols.map((column) => as(column, 'ResTarget')?.name ?? '') : null,
    rows: lists.map((list) => (as(list, 'List')?.items ?? []).map((value) => sourceOf(value, around))),
    onConflict: insert.onConflictClause !== undefined,
  };
}

function distinct(columns: readonly ColumnUse[]): ColumnUse[] {
  const seen = new Map<string, ColumnUse>();
  for (const use of columns) {
    const key = JSON.stringify([use.scope, use.qualifier, use.column]);
    if (!seen.has(key)) seen.set(key, use);
  }
  return [...seen.values()];
}

function opaque(because: string): StatementAnalysis {
  return {
    verb: 'opaque',
    tables: [],
    predicates: [],
    joins: [],
    selectedBy: [],
    orderedBy: [],
    limited: false,
    outputs: [],
    returning: false,
    inserted: null,
    readOnly: false,
    opaqueBecause: because,
  };
}
