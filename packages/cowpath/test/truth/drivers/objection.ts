import knex, { type Knex } from 'knex';
import { Model } from 'objection';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

/** Its pages ask the models of `database/objection.ts`, which all share this Knex. */
export type ObjectionPage = Page<Knex>;

export const connect: Connect<Knex> = (url) => {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: CONNECTIONS_MAX } });
  Model.knex(db);
  return { db, close: () => db.destroy() };
};
