import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Bookshop, Row } from '../data/bookshop.ts';

/** The comment by which the schema is known as this example's, so that no other is ever dropped. */
const MARK = 'Cowpath example bookshop: made by a program, dropped and made anew without asking';

const ROWS_PER_INSERT = 20_000;

const COLUMN_TYPES: Record<string, string> = {
  title: 'text',
  name: 'text',
  country: 'text',
  city: 'text',
  email: 'text',
  body: 'text',
  status: 'text',
  published_on: 'date',
  created_at: 'timestamptz',
};

export class ForeignSchemaError extends Error {
  override readonly name = 'ForeignSchemaError';
  readonly code = 'BOOKSHOP_FOREIGN_SCHEMA';

  constructor() {
    super(
      'The database already has a schema "bookshop" that this example did not make, so it was left alone. ' +
        'Expected no such schema, or one made here earlier. Use another database, or rename that schema.',
    );
  }
}

/**
 * Makes the schema "bookshop" with its tables, rows, keys, indexes and statistics. A schema of that name
 * is dropped first, if an earlier load made it.
 *
 * Postcondition: all is committed, or nothing is changed.
 *
 * @throws ForeignSchemaError if the schema is somebody else's.
 */
export async function loadBookshop(databaseUrl: string, bookshop: Bookshop): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await dropOwnSchema(client);
    await client.query('create schema bookshop');
    await client.query(`comment on schema bookshop is ${client.escapeLiteral(MARK)}`);
    await client.query(await readFile(join(import.meta.dirname, 'tables.sql'), 'utf8'));
    for (const [table, rows] of Object.entries(bookshop)) await insertRows(client, table, rows);
    await client.query(await readFile(join(import.meta.dirname, 'constraints.sql'), 'utf8'));
    await client.query('commit');
    // Outside the transaction, for vacuum cannot run in one; index-only scans need its visibility map.
    const tables = Object.keys(bookshop).map((table) => `bookshop.${client.escapeIdentifier(table)}`);
    await client.query(`vacuum (analyze) ${tables.join(', ')}`);
  } finally {
    await client.end();
  }
}

async function dropOwnSchema(client: pg.Client): Promise<void> {
  const found = await client.query<{ comment: string | null }>(
    `select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = 'bookshop'`,
  );
  if (found.rows.length === 0) return;
  if (found.rows[0]!.comment !== MARK) throw new ForeignSchemaError();
  await client.query('drop schema bookshop cascade');
}

async function insertRows(client: pg.Client, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0]!);
  const arrays = columns.map((column, index) => `$${index + 1}::${COLUMN_TYPES[column] ?? 'integer'}[]`);
  const text =
    `insert into bookshop.${client.escapeIdentifier(table)} (${columns.join(', ')}) ` +
    `select * from unnest(${arrays.join(', ')})`;
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const chunk = rows.slice(start, start + ROWS_PER_INSERT);
    await client.query(
      text,
      columns.map((column) => chunk.map((row) => row[column])),
    );
  }
}
