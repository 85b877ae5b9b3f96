import { Catalog, type ForeignKey, type Table } from '../../catalog/catalog.ts';
import { viewColumns } from '../../sql/index.ts';
import { type CatalogRows, isView } from './catalog-rows.ts';

/** The catalog that these rows describe. */
export function catalogOf(rows: CatalogRows): Catalog {
  const columns = new Map<string, Map<number, string>>();
  for (const row of rows.columns) {
    const numbers = row['numbers'] as string[];
    const names = row['names'] as string[];
    columns.set(row['id'] as string, new Map(numbers.map((number, i) => [Number(number), names[i]!])));
  }
  const primary = new Map<string, string[]>();
  const uniques = new Map<string, string[][]>();
  for (const row of rows.uniques) {
    const id = row['id'] as string;
    const names = row['columns'] as string[];
    if (row['primary']) primary.set(id, names);
    else uniques.set(id, [...(uniques.get(id) ?? []), names]);
  }
  const references: ForeignKey[] = rows.references.map((row) => ({
    from: Number(row['from']),
    from_columns: row['from_columns'] as string[],
    to: Number(row['to']),
    to_columns: row['to_columns'] as string[],
    declared: true,
  }));
  const tables: Table[] = rows.tables.map((row) => {
    const id = row['id'] as string;
    return {
      id: Number(id),
      schema: row['schema'] as string,
      name: row['name'] as string,
      kind: isView(row) ? 'view' : 'table',
      columns: columns.get(id) ?? new Map(),
      primary: primary.get(id) ?? [],
      uniques: uniques.get(id) ?? [],
      rows: Number(row['rows']),
      view: null,
    };
  });
  return new Catalog(withViews(tables, rows.views), references);
}

/** Resolves views' columns to their tables', views over views included. */
function withViews(tables: readonly Table[], definitions: readonly Record<string, unknown>[]): Table[] {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const named = (schema: string | null, name: string, near: string | null): Table | undefined => {
    const same = [...byId.values()].filter((table) => table.name === name);
    return (
      same.find((table) => table.schema === (schema ?? near)) ?? (same.length === 1 ? same[0] : undefined)
    );
  };
  const definitionOf = new Map(
    definitions.map((row) => [Number(row['id']), String(row['definition'] ?? '')]),
  );
  const resolving = new Set<number>();
  const resolve = (table: Table): Table['view'] => {
    if (table.view) return table.view;
    const definition = definitionOf.get(table.id);
    if (definition === undefined || resolving.has(table.id)) return null;
    resolving.add(table.id);
    const view = new Map<string, { table: number; column: string }>();
    for (const output of viewColumns(definition) ?? []) {
      if (output.base === null || output.name === null) continue;
      const base = named(output.base.schema, output.base.table, table.schema);
      if (!base) continue;
      if (base.kind === 'table') view.set(output.name, { table: base.id, column: output.base.column });
      else {
        const through = resolve(base)?.get(output.base.column);
        if (through) view.set(output.name, through);
      }
    }
    byId.set(table.id, { ...table, view });
    return view;
  };
  for (const table of tables) if (table.kind === 'view') resolve(table);
  return [...byId.values()];
}
