import type { Node } from '../../model/conditions.ts';
import { isBuiltin } from '../../model/document.ts';
import type { Query } from '../../model/query.ts';
import type { Dictionary, PropertyRow } from './dictionary.ts';
import type { Program } from './fragment.ts';

/** The property names of a query, resolved to their numbers. */
export interface ResolvedNames {
  /** Rows of that name; of that type only, when one is given. */
  rows(name: string, type?: string): readonly PropertyRow[];
}

/**
 * Looks up every name that the paths of a query can mean: for `a.b` the nested property `a.b`, and `b` behind
 * a reference `a`. A query of one type whose names are all known costs no statement.
 */
export function* resolveNames(query: Query, dictionary: Dictionary): Program<ResolvedNames> {
  const paths = [...pathsOf(query.node), ...query.sort.map(({ name }) => name.split('.'))];
  const own = paths.filter((path) => !(path.length === 1 && isBuiltin(path[0]!)));
  const { type } = query;
  if (type !== undefined && own.every((path) => path.length === 1)) {
    const known = new Map<string, PropertyRow>();
    for (const [name] of own as [string][]) {
      const id = dictionary.id(type, name);
      if (id !== undefined) known.set(name, { id, type, name });
    }
    if (own.every(([name]) => known.has(name!))) {
      return { rows: (name) => (known.has(name) ? [known.get(name)!] : []) };
    }
  }
  const names = new Set<string>();
  for (const path of own) {
    for (let from = 0; from < path.length; from++) {
      for (let to = from + 1; to <= path.length; to++) names.add(path.slice(from, to).join('.'));
    }
  }
  const byName = new Map<string, PropertyRow[]>();
  if (names.size > 0) {
    for (const row of yield* dictionary.find([...names])) {
      const rows = byName.get(row.name);
      if (rows === undefined) byName.set(row.name, [row]);
      else rows.push(row);
    }
  }
  return {
    rows(name, ofType) {
      const rows = byName.get(name) ?? [];
      return ofType === undefined ? rows : rows.filter((row) => row.type === ofType);
    },
  };
}

function* pathsOf(node: Node): Iterable<readonly string[]> {
  if (node.kind === 'and' || node.kind === 'or') for (const inner of node.nodes) yield* pathsOf(inner);
  else if (node.kind === 'not') yield* pathsOf(node.node);
  else yield node.path;
}
