import pg from 'pg';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

export type RawPage = Page<pg.Pool>;

export const connect: Connect<pg.Pool> = (url) => {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX });
  return { db: pool, close: () => pool.end() };
};
