import { Catalog, type ForeignKey, type Table } from '../../catalog/catalog.ts';
import { RECORDER_LIMITS } from '../../recorder/limits.ts';
import { viewColumns } from '../../sql/index.ts';

/** Runs one statement on Cowpath's own connection. */
export type Run = (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

const NOT_OURS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'`;

const TABLES = `
  select c.oid::int8::text as id, n.nspname as schema, c.relname as name, c.relkind as kind,
         greatest(case when c.reltuples >= 0 then c.reltuples else c.relpages * 60 end, 1)::float8 as rows
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f', 'v', 'm') and ${NOT_OURS}
  order by c.oid limit $1`;

const COLUMNS = `
  select a.attrelid::int8::text as id, array_agg(a.attnum::text order by a.attnum) as numbers,
         array_agg(a.attname::text order by a.attnum) as names
  from pg_catalog.pg_attribute a
  where a.attrelid = any($1::oid[]) and a.attnum > 0 and not a.attisdropped
  group by a.attrelid`;

const UNIQUES = `
  select i.indrelid::int8::text as id, i.indisprimary as primary,
         array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(n, o)
               join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n
               where k.o <= i.indnkeyatts order by k.o) as columns
  from pg_catalog.pg_index i
  where i.indrelid = any($1::oid[]) and i.indisunique and i.indpred is null and i.indexprs is null and i.indislive`;

const REFERENCES = `
  select k.conrelid::int8::text as "from", k.confrelid::int8::text as "to",
         array(select a.attname::text from unnest(k.conkey) with ordinality c(n, o)
               join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.n order by c.o) as from_columns,
         array(select a.attname::text from unnest(k.confkey) with ordinality c(n, o)
               join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.n order by c.o) as to_columns
  from pg_catalog.pg_constraint k
  where k.contype = 'f' and k.conrelid = any($1::oid[])`;

const VIEWS = `
  select c.oid::int8::text as id, pg_catalog.pg_get_viewdef(c.oid) as definition
  from pg_catalog.pg_class c where c.oid = any($1::oid[])`;

/** Reads the tables, keys and references of a database from its catalog. Names and estimates only. */
export async function readCatalog(run: Run): Promise<Catalog> {
  const rows = await run(TABLES, [RECORDER_LIMITS.tables_max]);
  const ids = rows.map((row) => row['id'] as string);
  const views = rows
    .filter((row) => row['kind'] === 'v' || row['kind'] === 'm')
    .map((row) => row['id'] as string);
  const columns = new Map<string, Map<number, string>>();
  for (const row of await run(COLUMNS, [ids])) {
    const numbers = row['numbers'] as string[];
    const names = row['names'] as string[];
    columns.set(row['id'] as string, new Map(numbers.map((number, i) => [Number(number), names[i]!])));
  }
  const primary = new Map<string, string[]>();
  const uniques = new Map<string, string[][]>();
  for (const row of await run(UNIQUES, [ids])) {
    const id = row['id'] as string;
    const names = row['columns'] as string[];
    if (row['primary']) primary.set(id, names);
    else uniques.set(id, [...(uniques.get(id) ?? []), names]);
  }
  const references: ForeignKey[] = (await run(REFERENCES, [ids])).map((row) => ({
    from: Number(row['from']),
    from_columns: row['from_columns'] as string[],
    to: Number(row['to']),
    to_columns: row['to_columns'] as string[],
    declared: true,
  }));
  const tables: Table[] = rows.map((row) => {
    const id = row['id'] as string;
    return {
      id: Number(id),
      schema: row['schema'] as string,
      name: row['name'] as string,
      kind: views.includes(id) ? 'view' : 'table',
      columns: columns.get(id) ?? new Map(),
      primary: primary.get(id) ?? [],
      uniques: uniques.get(id) ?? [],
      rows: Number(row['rows']),
      view: null,
    };
  });
  const definitions = views.length === 0 ? [] : await run(VIEWS, [views]);
  return new Catalog(withViews(tables, definitions), references);
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
