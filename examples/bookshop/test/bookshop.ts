import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { makeApp } from '../src/app.ts';
import { openDatabase } from '../src/database/open.ts';
import { startDatabase } from '../src/database.ts';

/** A loaded bookshop for the tests of one file. */
export interface TestBookshop {
  url: string;
  app: FastifyInstance;
  /** The rows of a statement. */
  rows<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
}

/** Starts the real thing before the tests of a file and stops it after them. */
export function useBookshop(): TestBookshop {
  const bookshop = {} as TestBookshop;
  const stops: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    const database = await startDatabase();
    stops.push(() => database.stop());
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    stops.push(() => client.end());
    const opened = openDatabase(database.url);
    stops.push(() => opened.close());
    const app = makeApp(opened.db);
    stops.push(() => app.close());
    const rows: TestBookshop['rows'] = async (text, values) => (await client.query(text, values)).rows;
    Object.assign(bookshop, { url: database.url, app, rows });
  });
  afterAll(async () => {
    while (stops.length > 0) await stops.pop()!();
  });
  return bookshop;
}
