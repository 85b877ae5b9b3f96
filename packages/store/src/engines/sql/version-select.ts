import type { CompareNode, Node } from '../../model/conditions.ts';
import type { Query } from '../../model/query.ts';
import { everything, nothing } from './conditions.ts';
import type { Dialect } from './dialect.ts';
import { join, raw, type Sql, sql } from './fragment.ts';
import { paged } from './select.ts';
import type { SystemTables } from './tables.ts';

const columns: Readonly<Record<string, string>> = {
  key: 't.key',
  type: 'v.type',
  revision: 'v.revision',
  created: 'v.created',
  author: 'v.author',
  comment: 'v.comment',
};

/** A query over revisions as SQL: their fields, then the sort values. */
export function versionSelect(query: Query, system: SystemTables, dialect: Dialect): Sql {
  const fields = Object.entries(columns).map(([name, column]) => raw(`${column} as ${name}`));
  const sorts = query.sort.map(({ name }, i) => raw(`${columns[name]} as s${i}`));
  const rows = sql`select ${join([...fields, ...sorts], ', ')} from ${raw(system.version.name)} v
    join ${raw(system.thing.name)} t on t.id = v.thing_id where ${condition(query.node, dialect)}`;
  return paged(rows, query, query.sort, dialect);
}

function condition(node: Node, dialect: Dialect): Sql {
  switch (node.kind) {
    case 'and':
      return node.nodes.length === 0 ? everything : group(node.nodes, ' and ', dialect);
    case 'or':
      return node.nodes.length === 0 ? nothing : group(node.nodes, ' or ', dialect);
    case 'not':
      return sql`not ${condition(node.node, dialect)}`;
    case 'present':
      return sql`${raw(columns[node.path[0]!]!)} is not null`;
    default:
      // An absent author or comment satisfies no comparison; false, not null, so that `not` is its opposite.
      return sql`(${raw(columns[node.path[0]!]!)} is not null and ${compare(node, dialect)})`;
  }
}

function group(nodes: readonly Node[], separator: string, dialect: Dialect): Sql {
  return sql`(${join(
    nodes.map((it) => condition(it, dialect)),
    separator,
  )})`;
}

function compare(node: CompareNode, dialect: Dialect): Sql {
  const column = raw(columns[node.path[0]!]!);
  if (node.op === '~') return dialect.matches(column, node.value as string);
  return sql`${column} ${raw(node.op === '!=' ? '<>' : node.op)} ${node.value}`;
}
