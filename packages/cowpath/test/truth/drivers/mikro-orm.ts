import { MikroORM } from '@mikro-orm/postgresql';
import * as entities from '../database/mikro-orm.ts';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

export type MikroOrmPage = Page<MikroORM>;

export const connect: Connect<MikroORM> = async (url) => {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: Object.values(entities),
    pool: { max: CONNECTIONS_MAX },
  });
  return { db: orm, close: () => orm.close() };
};
