import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

export type DrizzlePage = Page<NodePgDatabase>;

export const connect: Connect<NodePgDatabase> = (url) => {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX });
  return { db: drizzle(pool), close: () => pool.end() };
};
