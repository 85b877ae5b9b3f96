import { DataSource } from 'typeorm';
import * as entities from '../database/typeorm.ts';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

export type TypeOrmPage = Page<DataSource>;

export const connect: Connect<DataSource> = async (url) => {
  const source = new DataSource({
    type: 'postgres',
    url,
    entities: Object.values(entities),
    poolSize: CONNECTIONS_MAX,
  });
  await source.initialize();
  return { db: source, close: () => source.destroy() };
};
