import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import Cursor from 'pg-cursor';
import type { Database } from '../database/kysely.ts';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

export type KyselyPage = Page<Kysely<Database>>;

/** Keys of eight bytes as numbers, which Kysely leaves to the driver. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

export const connect: Connect<Kysely<Database>> = (url) => {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX, types });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool, cursor: Cursor }) });
  return { db, close: () => db.destroy() };
};
