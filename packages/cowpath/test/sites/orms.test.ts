/** Programs on real ORMs, whose lines that query a table are marked `from: table`: those lines are found, and no others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProfile, type SiteRecord, type Step } from '@cowpath/profile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { succeed, temporary } from '../recorded.ts';
import { makeTables } from './programs/tables.ts';

const PROGRAMS = join(import.meta.dirname, 'programs');

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await makeTables(postgres.url);
});
afterAll(() => postgres?.stop());

/** The lines marked with each table. */
function marksIn(file: string): Record<string, number[]> {
  const marks: Record<string, number[]> = {};
  for (const [i, line] of readFileSync(join(PROGRAMS, file), 'utf8').split('\n').entries()) {
    for (const table of /\/\/ from: (.*)/.exec(line)?.[1]?.split(', ') ?? []) {
      marks[table] ??= [];
      marks[table].push(i + 1);
    }
  }
  return marks;
}

/** The lines found for each table, and the samples whose line is unknown. */
function foundIn(folder: string, file: string): { lines: Record<string, number[]>; unknown: number } {
  const lines: Record<string, Set<number>> = {};
  let unknown = 0;
  const { builder } = readProfile(folder);
  const page = builder.contexts.get('page')!;
  const walk = (step: Step): void => {
    const { origin, reference } = step;
    const entity = reference?.to ?? (origin !== null && 'entity' in origin ? origin.entity : null);
    for (const use of step.uses.values()) {
      for (const { frames, samples } of use.sites.toRecords() as SiteRecord[]) {
        const table = entity?.table ?? '';
        if (!['book', 'author', 'review'].includes(table)) continue;
        const [frame] = frames;
        if (!frame) unknown += samples;
        else {
          expect(frame.file).toBe(file);
          lines[table] ??= new Set();
          lines[table].add(frame.line);
        }
      }
    }
    for (const child of step.children.values()) walk(child);
  };
  for (const step of page.trails.values()) walk(step);
  const sorted = Object.entries(lines).map(([table, set]) => [table, [...set].sort((a, b) => a - b)]);
  return { lines: Object.fromEntries(sorted), unknown };
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
    const place = temporary();
    try {
      await succeed({
        args: [join(PROGRAMS, file)],
        env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder },
        cwd: PROGRAMS,
        record: true,
      });
      expect(foundIn(place.folder, file)).toEqual({ lines: marksIn(file), unknown: 0 });
    } finally {
      place.remove();
    }
  });
});
