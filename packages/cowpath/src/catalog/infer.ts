import type { ForeignKey, Table } from './catalog.ts';

/**
 * References that the database does not declare, from names alone: `author_id` or `authorId` in any table
 * to the one table called `author`, `authors`, … whose primary key (or column `id`) is a single column.
 * They are candidates: values confirm them, and the report marks them.
 */
export function inferReferences(
  tables: ReadonlyMap<number, Table>,
  declared: readonly ForeignKey[],
): ForeignKey[] {
  const known = new Set(
    declared
      .filter((key) => key.from_columns.length === 1)
      .map((key) => `${key.from}.${key.from_columns[0]}`),
  );
  const targets = new Map<string, { table: Table; column: string }[]>();
  for (const table of tables.values()) {
    const column = singleKey(table);
    if (table.kind !== 'table' || column === null) continue;
    const name = table.name.toLowerCase().replaceAll('_', '');
    const same = targets.get(name);
    if (same) same.push({ table, column });
    else targets.set(name, [{ table, column }]);
  }
  const found: ForeignKey[] = [];
  for (const table of tables.values()) {
    if (table.kind !== 'table') continue;
    for (const column of table.columns.values()) {
      if (known.has(`${table.id}.${column}`)) continue;
      const target = targetOf(table, column, targets);
      if (target) {
        found.push({
          from: table.id,
          from_columns: [column],
          to: target.table.id,
          to_columns: [target.column],
          declared: false,
        });
      }
    }
  }
  return found;
}

function targetOf(
  table: Table,
  column: string,
  targets: ReadonlyMap<string, readonly { table: Table; column: string }[]>,
): { table: Table; column: string } | null {
  const stem = /^(.+?)(?:_(?:id|uuid|key|code|no)|Id|ID|Uuid|Key)$/.exec(column)?.[1];
  if (stem === undefined) return null;
  if (stem === 'parent') {
    const own = singleKey(table);
    return own === null || own === column ? null : { table, column: own };
  }
  const words = stem
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_');
  // `billing_address_id` is an address if no table is called billing_address.
  for (let from = 0; from < words.length; from++) {
    const name = words.slice(from).join('');
    for (const plural of plurals(name)) {
      const same = targets
        .get(plural)
        ?.filter((target) => target.table.id !== table.id || target.column !== column);
      if (!same || same.length === 0) continue;
      const near = same.filter((target) => target.table.schema === table.schema);
      if (near.length === 1) return near[0]!;
      return same.length === 1 ? same[0]! : null;
    }
  }
  return null;
}

function plurals(name: string): string[] {
  const names = [name, `${name}s`, `${name}es`];
  if (name.endsWith('y')) names.push(`${name.slice(0, -1)}ies`);
  if (name === 'person') names.push('people');
  if (name === 'child') names.push('children');
  return names;
}

/** The column that identifies a row by itself: the primary key, or a column called `id`. */
function singleKey(table: Table): string | null {
  if (table.primary.length === 1) return table.primary[0]!;
  if (table.primary.length > 1) return null;
  for (const column of table.columns.values()) if (column === 'id') return column;
  return null;
}
