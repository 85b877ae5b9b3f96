import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';

const CONNECTIONS_MAX = 10;

/** What pages read from: the database, or a transaction in it. */
export type Database = NodePgDatabase;

export interface OpenDatabase {
  db: Database;
  close(): Promise<void>;
}

/** Connections are made when the first statement needs one. */
export function openDatabase(databaseUrl: string): OpenDatabase {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS_MAX });
  let closing = false;
  // An idle connection that the server closes is replaced by the pool; unheard, its error ends the process.
  pool.on('error', (error) => {
    if (!closing) console.error(`An idle database connection was lost: ${error.message}`);
  });
  return {
    db: drizzle(pool),
    close: () => {
      closing = true;
      return pool.end();
    },
  };
}
