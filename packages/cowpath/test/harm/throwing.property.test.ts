import { join } from 'node:path';
import { readProfile } from '@cowpath/profile';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { temporary } from '../recorded.ts';
import { Child } from './pair.ts';
import { program } from './programs/arbitrary.ts';

const SOAK = process.env['COWPATH_SOAK'] === '1';

let postgres: TestPostgres;
let bare: Child;
let broken: Child;
const place = temporary();

beforeAll(async () => {
  postgres = await startPostgres();
  [bare, broken] = await Promise.all([
    Child.start(postgres.url, 'bare', null),
    Child.start(postgres.url, 'broken', place.folder, {
      after: join(import.meta.dirname, 'child/throwing.ts'),
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([bare?.stop(), broken?.stop()]);
  await postgres?.stop();
  place.remove();
});

test(
  'a recorder that throws reaches nobody, and is counted',
  async () => {
    await fc.assert(
      fc.asyncProperty(program, async (one) => {
        const [without, withBroken] = await Promise.all([bare.run(one), broken.run(one)]);
        expect(withBroken).toEqual(without);
      }),
      { numRuns: SOAK ? 1000 : 40, ...(SOAK ? {} : { seed: 20261122 }) },
    );
    await broken.stop();
    expect(readProfile(place.folder).builder.notes.get('COWPATH_RECORDER_FAILED')).toBeGreaterThan(0);
  },
  SOAK ? 1_200_000 : 120_000,
);
