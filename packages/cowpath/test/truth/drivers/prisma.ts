import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../database/prisma/generated/client.ts';
import type { Page } from '../truth/page.ts';
import { CONNECTIONS_MAX, type Connect } from './driver.ts';

export type PrismaPage = Page<PrismaClient>;

export const connect: Connect<PrismaClient> = (url) => {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: CONNECTIONS_MAX }) });
  return { db: prisma, close: () => prisma.$disconnect() };
};
