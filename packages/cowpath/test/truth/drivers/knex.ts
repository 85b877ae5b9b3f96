import knex, { type Knex } from 'knex';
import '../database/knex.ts';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

export type KnexPage = Page<Knex>;

export const connect: Connect<Knex> = (url) => {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: CONNECTIONS_MAX } });
  return { db, close: () => db.destroy() };
};
