/** With the client that the truth runs generate, so with their tables. */
import { PrismaPg } from '@prisma/adapter-pg';
import { context } from 'cowpath';
import { PrismaClient } from '../../truth/database/prisma/generated/client.ts';
import { url } from './tables.ts';

const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });

async function page(): Promise<void> {
  const people = await db.person.findMany({ orderBy: { id: 'asc' } }); // from: person
  for (const { cityId } of people) {
    await db.city.findFirst({ where: { id: cityId } }); // from: city
  }
  // It gathers these over a tick and sends them from there: nothing leads back to this line.
  for (const { cityId } of people) await db.city.findUnique({ where: { id: cityId } });
}

for (let i = 0; i < 3; i++) await context('page', page);
await db.$disconnect();
