import { StoreError } from '../../errors.ts';
import type { Layout } from '../../layout/layout.ts';
import type { Scalar } from '../../model/datatypes.ts';
import type { Leaf } from '../../model/document.ts';
import type { Numbers, ProjectionTable } from './contents.ts';

/** The rows of one property in one value table. */
export interface Group {
  readonly table: string;
  readonly keyId: number;
  readonly leaves: Leaf[];
}

/** A thing's values by the table and property that they belong to. */
export function groupsOf(
  layout: Layout,
  type: string,
  leaves: readonly Leaf[],
  numbers: Numbers,
): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const leaf of leaves) {
    const table = layout.tableOf(type, leaf.name, leaf.datatype);
    const keyId = numbers.keyId(type, leaf.name);
    const id = `${table} ${keyId}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { table, keyId, leaves: [leaf] });
    else group.leaves.push(leaf);
  }
  return groups;
}

export function sameGroup(a: Group, b: Group): boolean {
  if (a.leaves.length !== b.leaves.length) return false;
  return a.leaves.every(
    (leaf, i) => leaf.value === b.leaves[i]!.value && leaf.ordering === b.leaves[i]!.ordering,
  );
}

/** The row of a value, for the columns of its table. */
export function rowOf(leaf: Leaf, thingId: number, keyId: number, numbers: Numbers): unknown[] {
  if (leaf.datatype === 'text') return [thingId, keyId, leaf.ordering];
  return [thingId, keyId, stored(leaf, numbers), leaf.ordering];
}

/**
 * The rows of a thing in a projection: one, or one for each distinct element of its list. The thing's id and
 * key come first.
 */
export function projectionRows(
  target: ProjectionTable,
  thing: { readonly id: number; readonly key: string; readonly leaves: readonly Leaf[] },
  numbers: Numbers,
): unknown[][] {
  const { columns, table } = target.projection;
  const values = columns.map(({ property, datatype, list }) => {
    const found = thing.leaves.filter((leaf) => leaf.name === property && leaf.datatype === datatype);
    if (!list && found.length > 1) {
      throw new StoreError(
        'STORE_LAYOUT_SHAPE',
        `${thing.key}: ${property} has ${found.length} values, but the layout's projection ${table} holds one; declare it there as ${property}:${datatype}[]`,
        { path: `${thing.key}: ${property}` },
      );
    }
    const distinct = new Set<Scalar>(found.map((leaf) => stored(leaf, numbers)));
    return distinct.size === 0 ? [null] : [...distinct];
  });
  let rows: unknown[][] = [[thing.id, thing.key]];
  for (const choices of values) rows = rows.flatMap((row) => choices.map((value) => [...row, value]));
  return rows;
}

function stored(leaf: Leaf, numbers: Numbers): Scalar {
  return leaf.datatype === 'ref' ? numbers.thingId(leaf.value as string) : leaf.value;
}
