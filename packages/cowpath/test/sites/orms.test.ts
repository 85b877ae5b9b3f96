/** Programs on real ORMs, whose lines that query a table are marked `from: table`: those lines are found, and no others. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { succeed, temporary } from '../recorded.ts';
import { generatePrismaClient } from '../truth/database/prisma/generate.ts';
import { foundIn, markedIn } from './found.ts';
import { makeTables } from './programs/tables.ts';

const PROGRAMS = join(import.meta.dirname, 'programs');

let postgres: TestPostgres;
beforeAll(async () => {
  await generatePrismaClient();
  postgres = await startPostgres();
  await makeTables(postgres.url);
});
afterAll(() => postgres?.stop());

/** Runs a program recorded. */
async function found(file: string): Promise<ReturnType<typeof foundIn>> {
  const place = temporary();
  try {
    await succeed({
      args: [join(PROGRAMS, file)],
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder },
      cwd: PROGRAMS,
      record: true,
    });
    return foundIn(place.folder);
  } finally {
    place.remove();
  }
}

describe('the line of the program that queries', () => {
  test.each([
    ['node-postgres', 'raw.ts'],
    ['Kysely', 'kysely.ts'],
    ['Drizzle', 'drizzle.ts'],
    ['Knex', 'knex.ts'],
    ['Objection', 'objection.ts'],
    ['Sequelize', 'sequelize.ts'],
    ['TypeORM', 'typeorm.ts'],
    ['MikroORM', 'mikro-orm.ts'],
  ])('under %s', async (_, file) => {
    const { lines, unknown } = await found(file);
    expect({ lines, unknown }).toEqual({ lines: markedIn(join(PROGRAMS, file), file), unknown: 0 });
  });

  test('under Prisma, but for what it batches: that is unknown, and nowhere else', async () => {
    const { lines, unknown } = await found('prisma.ts');
    expect(lines).toEqual(markedIn(join(PROGRAMS, 'prisma.ts'), 'prisma.ts'));
    expect(unknown).toBe(27);
  });
});
