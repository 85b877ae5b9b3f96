import type { Catalog, Domain, Key, Table } from '../catalog/catalog.ts';

/** Two columns that a join sets equal. */
export interface JoinedColumns {
  readonly left: { readonly table: Table; readonly column: string };
  readonly right: { readonly table: Table; readonly column: string };
}

/** A reference that a statement follows itself: values of `from` are values of `to`. */
export interface JoinedReference {
  readonly from: Key;
  readonly to: Key;
}

/**
 * The reference by which `held`, a table whose rows the program holds and names by their own key, is joined
 * to the rows that come back: `… from person join article on article.author_id = person.id where article.id
 * = $1` follows `article.author_id`. This is how ORMs write a lazy relation when they ask its owner for it.
 */
export function joinedReference(
  catalog: Catalog,
  held: Table,
  coming: Table,
  joins: readonly JoinedColumns[],
): JoinedReference | null {
  const pairs = new Map<string, string>();
  for (const { left, right } of joins) {
    if (left.table === held && right.table === coming) pairs.set(left.column, right.column);
    else if (right.table === held && left.table === coming) pairs.set(right.column, left.column);
  }
  if (pairs.size === 0) return null;
  for (const from of catalog.keysOf(held)) {
    if (from.columns.length !== pairs.size) continue;
    const columns = from.columns.map((column) => pairs.get(column));
    for (const to of catalog.keysOf(coming)) {
      const alike =
        to.columns.length === columns.length && to.columns.every((name, i) => name === columns[i]);
      if (alike && from.domains.some((domain) => pairsWith(domain, to))) return { from, to };
    }
  }
  return null;
}

/** One side refers to the other's key. */
function pairsWith(domain: Domain, to: Key): boolean {
  return to.domains.some((other) => other.id === domain.id && other.own !== domain.own);
}
