import { RECORDER_LIMITS } from '../../recorder/limits.ts';
import { type OwnClient, rowsOf } from './own-connection.ts';

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

type Rows = readonly Record<string, unknown>[];

/** What a database's catalog says of its tables, as rows; plain data, which can be sent between threads. */
export interface CatalogRows {
  readonly tables: Rows;
  readonly columns: Rows;
  readonly uniques: Rows;
  readonly references: Rows;
  readonly views: Rows;
}

/** Asks a database for the tables, keys and references of its catalog. Names and estimates only. */
export async function readCatalogRows(client: OwnClient): Promise<CatalogRows> {
  const run = (text: string, values: readonly unknown[]): Promise<Record<string, unknown>[]> =>
    rowsOf(client, text, values);
  const tables = await run(TABLES, [RECORDER_LIMITS.tables_max]);
  const ids = tables.map((row) => row['id'] as string);
  const columns = await run(COLUMNS, [ids]);
  const uniques = await run(UNIQUES, [ids]);
  const references = await run(REFERENCES, [ids]);
  const viewIds = tables.filter(isView).map((row) => row['id'] as string);
  const views = viewIds.length === 0 ? [] : await run(VIEWS, [viewIds]);
  return { tables, columns, uniques, references, views };
}

/** Whether a row of `tables` is a view's, of either kind. */
export function isView(row: Readonly<Record<string, unknown>>): boolean {
  return row['kind'] === 'v' || row['kind'] === 'm';
}
