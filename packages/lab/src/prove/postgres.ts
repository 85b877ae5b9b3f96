import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { LabError } from '../errors.ts';

/** Blocks of one table, its indexes and TOAST included, that a side read while it was counted. */
export interface TableCounts {
  /** `schema.table`. */
  readonly table: string;
  /** Blocks not found in Postgres' own buffers. */
  readonly blocks_read: number;
  readonly blocks_hit: number;
  readonly seq_scans: number;
  readonly index_scans: number;
  /** Rows fetched by either. */
  readonly rows: number;
}

export interface StatementCounts {
  /** As pg_stat_statements keeps it, constants replaced. */
  readonly statement: string;
  readonly calls: number;
  readonly rows: number;
  readonly time_ms: number;
  readonly blocks_read: number;
  readonly blocks_hit: number;
}

export interface DatabaseCounts {
  readonly tables: readonly TableCounts[];
  /** Null where pg_stat_statements is not installed in the database. */
  readonly statements: readonly StatementCounts[] | null;
}

/**
 * A backend that has gone idle keeps its counts to itself for up to ten seconds (PGSTAT_IDLE_INTERVAL in
 * Postgres' pgstat.c), so that a reading is only whole after that long.
 */
const FLUSH_MS = 10_500;

const TABLES = `
select io.schemaname || '.' || io.relname as name,
       (coalesce(heap_blks_read, 0) + coalesce(idx_blks_read, 0) + coalesce(toast_blks_read, 0) + coalesce(tidx_blks_read, 0))::float8 as blocks_read,
       (coalesce(heap_blks_hit, 0) + coalesce(idx_blks_hit, 0) + coalesce(toast_blks_hit, 0) + coalesce(tidx_blks_hit, 0))::float8 as blocks_hit,
       coalesce(seq_scan, 0)::float8 as seq_scans,
       coalesce(idx_scan, 0)::float8 as index_scans,
       (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::float8 as rows
  from pg_statio_user_tables io join pg_stat_user_tables t using (relid)`;

const STATEMENTS = `
select queryid::text || '/' || toplevel::text || '/' || userid::text as name, query as statement,
       calls::float8 as calls, rows::float8 as rows, total_exec_time as time_ms,
       shared_blks_read::float8 as blocks_read, shared_blks_hit::float8 as blocks_hit
  from pg_stat_statements
 where dbid = (select oid from pg_database where datname = current_database())
   and query !~ 'pg_stat'`;

type Row = Record<string, string | number> & { readonly name: string };

/** Postgres' own counters of one database, read on a connection of our own. */
export class DatabaseCounter {
  private readonly client: Client;
  private readonly statements: boolean;

  private constructor(client: Client, statements: boolean) {
    this.client = client;
    this.statements = statements;
  }

  /** @throws LabError POSTGRES_UNAVAILABLE when the driver is not installed or the database not reached */
  static async connect(url: string): Promise<DatabaseCounter> {
    const pg = await import('pg').catch((cause) => {
      throw new LabError(
        'POSTGRES_UNAVAILABLE',
        'counting Postgres blocks needs the package pg; npm install pg',
        { cause },
      );
    });
    const client = new pg.default.Client({ connectionString: url, application_name: 'cowpath prove' });
    // A connection that ends while nothing is asked of it fails the next question, and not this process.
    client.on('error', () => {});
    try {
      await client.connect();
      const found = await client.query("select 1 from pg_extension where extname = 'pg_stat_statements'");
      // Installed is not loaded: without shared_preload_libraries the view itself fails.
      const usable =
        found.rowCount === 1 &&
        (await client.query('select 1 from pg_stat_statements limit 1').then(
          () => true,
          () => false,
        ));
      return new DatabaseCounter(client, usable);
    } catch (cause) {
      await client.end().catch(() => {});
      throw new LabError(
        'POSTGRES_UNAVAILABLE',
        `cannot read the counters of the Postgres database: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  /** What the database did while `work` ran, and nothing else used it. Takes 21 seconds more than the work. */
  async count(work: () => Promise<unknown>): Promise<DatabaseCounts> {
    const tablesFrom = await this.settled(TABLES);
    const statementsFrom = this.statements ? await this.read(STATEMENTS) : undefined;
    await work();
    const statements = statementsFrom && differences(statementsFrom, await this.read(STATEMENTS));
    const tables = differences(tablesFrom, await this.settled(TABLES));
    return {
      tables: tables
        .map(({ name, ...counts }) => ({ table: name, ...counts }) as unknown as TableCounts)
        .sort((a, b) => b.blocks_read + b.blocks_hit - a.blocks_read - a.blocks_hit),
      statements:
        statements
          ?.map(({ name: _name, ...counts }) => counts as unknown as StatementCounts)
          .sort((a, b) => b.time_ms - a.time_ms) ?? null,
    };
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async settled(query: string): Promise<Map<string, Row>> {
    await sleep(FLUSH_MS);
    return this.read(query);
  }

  private async read(query: string): Promise<Map<string, Row>> {
    const { rows } = await this.client.query<Row>(query);
    return new Map(rows.map((row) => [row.name, row]));
  }
}

/** The growth of every counter, of the rows in which any grew. */
function differences(from: ReadonlyMap<string, Row>, to: ReadonlyMap<string, Row>): Row[] {
  const grown: Row[] = [];
  for (const [name, row] of to) {
    const earlier = from.get(name);
    const result: Record<string, string | number> = {};
    let any = false;
    for (const [key, value] of Object.entries(row)) {
      result[key] = typeof value === 'number' ? value - Number(earlier?.[key] ?? 0) : value;
      if (typeof value === 'number' && result[key] !== 0) any = true;
    }
    if (any) grown.push(result as Row);
  }
  return grown;
}
