import { readCondition, readSelection } from './conditions.ts';
import { type Around, resolvedOf, sourceOf, walkSubqueries } from './expressions.ts';
import { relation, rename, walkFrom } from './from.ts';
import { as, lastName, type Node, type NodeOf, names } from './nodes.ts';
import {
  type Cte,
  type Findings,
  newScope,
  type Output,
  type Resolved,
  type Scope,
  UNKNOWN,
} from './scope.ts';
import type { ValueSource } from './statement.ts';
import type { Ctes, Place, Walker } from './walker.ts';

type SelectStmt = NodeOf<'SelectStmt'>;

/** Walks the queries of one statement. The outermost is scope 0. */
export class QueryWalker implements Walker {
  readonly findings: Findings;
  private readonly walked = new Map<Node, Output[]>();

  constructor(findings: Findings) {
    this.findings = findings;
  }

  query(node: Node, place: Place): Output[] {
    const known = this.walked.get(node);
    if (known) return known;
    const outputs = this.walkQuery(node, place);
    this.walked.set(node, outputs);
    return outputs;
  }

  private walkQuery(node: Node, place: Place): Output[] {
    const select = as(node, 'SelectStmt');
    if (select) return this.select(select, place);
    const write = writeOf(node);
    if (!write) return [];
    const scope = newScope(
      this.findings,
      place.parent,
      place.loads && write.returningClause !== undefined,
      place.cte,
    );
    const insert = as(node, 'InsertStmt');
    if (insert) return this.insert(insert, this.around(scope, place, insert.withClause));
    const update = as(node, 'UpdateStmt');
    if (update) {
      const around = this.around(scope, place, update.withClause);
      this.target(update.relation, around);
      walkFrom(update.fromClause, around);
      this.where(update.whereClause, around);
      walkSubqueries(update.targetList, around);
      return this.returning(update.returningClause, around);
    }
    const remove = as(node, 'DeleteStmt');
    if (remove) {
      const around = this.around(scope, place, remove.withClause);
      this.target(remove.relation, around);
      walkFrom(remove.usingClause, around);
      this.where(remove.whereClause, around);
      return this.returning(remove.returningClause, around);
    }
    const merge = as(node, 'MergeStmt');
    if (!merge) return [];
    const around = this.around(scope, place, merge.withClause);
    this.target(merge.relation, around);
    walkFrom(merge.sourceRelation ? [merge.sourceRelation] : [], around);
    readCondition(merge.joinCondition, around, false);
    walkSubqueries([merge.joinCondition, merge.mergeWhenClauses], around);
    return this.returning(merge.returningClause, around);
  }

  private select(select: SelectStmt, place: Place): Output[] {
    const scope = newScope(this.findings, place.parent, place.loads, place.cte);
    const around = this.around(scope, place, select.withClause);
    if (select.larg && select.rarg) {
      const within: Place = { ...place, ctes: around.ctes };
      const outputs = merge(this.select(select.larg, within), this.select(select.rarg, within));
      walkSubqueries([select.sortClause, select.limitCount, select.limitOffset], around);
      return outputs;
    }
    if (select.valuesLists) return this.values(select.valuesLists, around);
    walkFrom(select.fromClause, around);
    this.where(select.whereClause, around);
    const outputs = targets(select.targetList, around);
    const { distinctClause, groupClause, havingClause, windowClause, sortClause, limitCount, limitOffset } =
      select;
    walkSubqueries(
      [
        select.targetList,
        distinctClause,
        groupClause,
        havingClause,
        windowClause,
        sortClause,
        limitCount,
        limitOffset,
      ],
      around,
    );
    return outputs;
  }

  private where(condition: Node | undefined, around: Around): void {
    readCondition(condition, around, true);
    readSelection(condition, around);
    walkSubqueries(condition, around);
  }

  /** The scope with the CTEs in its sight; walks those of its own WITH clause first. */
  private around(scope: Scope, place: Place, clause: NodeOf<'WithClause'> | undefined): Around {
    if (!clause?.ctes) return { walker: this, scope, ctes: place.ctes };
    const ctes: Ctes = { own: new Map(), outer: place.ctes };
    for (const node of clause.ctes) {
      const definition = as(node, 'CommonTableExpr');
      if (definition?.ctequery) this.cte(definition, clause.recursive === true, scope, ctes);
    }
    return { walker: this, scope, ctes };
  }

  private cte(definition: NodeOf<'CommonTableExpr'>, recursive: boolean, scope: Scope, ctes: Ctes): void {
    const name = definition.ctename ?? '';
    const cte: Cte = { name, outputs: [], readBy: [] };
    const place: Place = { parent: scope.parent, ctes, loads: true, cte };
    const body = as(definition.ctequery, 'SelectStmt');
    const named = (outputs: readonly Output[]): Output[] => [
      ...(rename(outputs, definition.aliascolnames) ?? definition.aliascolnames ?? []).map((each) =>
        'value' in each
          ? (each as Output)
          : { name: as(each as Node, 'String')?.sval ?? null, value: UNKNOWN },
      ),
    ];
    if (!recursive || !body?.larg || !body.rarg) {
      cte.outputs = named(this.query(definition.ctequery as Node, place));
      ctes.own.set(name, cte);
    } else {
      // The recursive term sees the columns of the anchor; after it, a column is one only if both agree.
      const outer = newScope(this.findings, place.parent, true, cte);
      const within = this.around(outer, place, body.withClause);
      const anchor = this.select(body.larg, { ...place, ctes: within.ctes });
      cte.outputs = named(anchor);
      ctes.own.set(name, cte);
      cte.outputs = named(merge(anchor, this.select(body.rarg, { ...place, ctes: within.ctes })));
    }
    // The reading of a CTE by itself loads nothing.
    for (let i = cte.readBy.length - 1; i >= 0; i--) if (cte.readBy[i]?.cte === cte) cte.readBy.splice(i, 1);
  }

  private values(lists: readonly Node[], around: Around): Output[] {
    walkSubqueries(lists, around);
    const rows = lists.map((list) => as(list, 'List')?.items ?? []);
    return (rows[0] ?? []).map((_, i) => {
      const sources = rows.map((row) => sourceOf(row[i], around));
      const value: Resolved = sources.includes(null)
        ? UNKNOWN
        : { kind: 'oneOf', sources: sources as ValueSource[] };
      return { name: `column${i + 1}`, value };
    });
  }

  private insert(insert: NodeOf<'InsertStmt'>, around: Around): Output[] {
    this.target(insert.relation, around);
    if (insert.selectStmt) {
      this.query(insert.selectStmt, { parent: null, ctes: around.ctes, loads: false, cte: around.scope.cte });
    }
    walkSubqueries(insert.onConflictClause, around);
    return this.returning(insert.returningClause, around);
  }

  private target(variable: NodeOf<'RangeVar'> | undefined, around: Around): void {
    if (variable) around.scope.items.push(relation(variable, around, true));
  }

  private returning(clause: NodeOf<'ReturningClause'> | undefined, around: Around): Output[] {
    walkSubqueries(clause?.exprs, around);
    return targets(clause?.exprs, around);
  }
}

/** The content of a node that writes to a table. */
export function writeOf(
  node: Node | undefined,
): { readonly returningClause?: NodeOf<'ReturningClause'> } | undefined {
  return as(node, 'InsertStmt') ?? as(node, 'UpdateStmt') ?? as(node, 'DeleteStmt') ?? as(node, 'MergeStmt');
}

/** Columns of a set operation: a column of a table only where both branches take it from the same one. */
function merge(left: readonly Output[], right: readonly Output[]): Output[] {
  return left.map(({ name, value }, i) => {
    const other = right[i]?.value;
    if (value.kind === 'star' && other?.kind === 'star' && sameTable(value.table, other.table))
      return { name, value };
    if (value.kind === 'column' && other?.kind === 'column' && value.use.column === other.use.column) {
      if (sameTable(value.table, other.table)) return { name, value };
    }
    if (value.kind === 'json' && other?.kind === 'json') {
      return { name, value: { kind: 'json', tables: [...new Set([...value.tables, ...other.tables])] } };
    }
    return { name, value: UNKNOWN };
  });
}

function sameTable(left: { schema: string | null; name: string } | null, right: typeof left): boolean {
  return left !== null && right !== null && left.name === right.name && left.schema === right.schema;
}

/** The columns of a select list or RETURNING clause, stars over subqueries written out. */
function targets(list: readonly Node[] | undefined, around: Around): Output[] {
  return (list ?? []).flatMap((node): Output[] => {
    const target = as(node, 'ResTarget');
    const fields = as(target?.val, 'ColumnRef')?.fields;
    if (fields && as(fields.at(-1), 'A_Star')) return star(names(fields).at(-2) ?? null, around.scope);
    const name = target?.name ?? nameOf(target?.val);
    return [{ name, value: resolvedOf(target?.val, around) }];
  });
}

function star(qualifier: string | null, scope: Scope): Output[] {
  if (qualifier === null && scope.merges) return [{ name: null, value: { kind: 'star', table: null } }];
  const items = [];
  for (let at: Scope | null = scope; at !== null; at = qualifier === null ? null : at.parent) {
    items.push(...at.items.filter((item) => qualifier === null || item.alias === qualifier));
    if (items.length > 0) break;
  }
  return items.flatMap((item): readonly Output[] =>
    item.table
      ? [{ name: null, value: { kind: 'star', table: item.table } }]
      : (item.outputs ?? [{ name: null, value: UNKNOWN }]),
  );
}

/** The name that Postgres gives to a column which the statement does not name. */
function nameOf(node: Node | undefined): string | null {
  const column = as(node, 'ColumnRef');
  if (column) return names(column.fields).at(-1) ?? null;
  const call = as(node, 'FuncCall');
  if (call) return lastName(call.funcname);
  const cast = as(node, 'TypeCast');
  if (cast) return nameOf(cast.arg) ?? lastName(cast.typeName?.names);
  if (as(node, 'CoalesceExpr')) return 'coalesce';
  if (as(node, 'CaseExpr')) return 'case';
  const link = as(node, 'SubLink');
  if (link?.subLinkType === 'EXISTS_SUBLINK') return 'exists';
  if (link?.subLinkType === 'ARRAY_SUBLINK') return 'array';
  const first = as(as(link?.subselect, 'SelectStmt')?.targetList?.[0], 'ResTarget');
  return first ? (first.name ?? nameOf(first.val)) : null;
}
