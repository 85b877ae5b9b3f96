import { Sequelize } from 'sequelize';
import { initialise } from '../database/sequelize.ts';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

/** Its pages ask the models of `database/sequelize.ts`. */
export type SequelizePage = Page<Sequelize>;

export const connect: Connect<Sequelize> = (url) => {
  const db = new Sequelize(url, { dialect: 'postgres', logging: false, pool: { max: CONNECTIONS_MAX } });
  initialise(db);
  return { db, close: () => db.close() };
};
