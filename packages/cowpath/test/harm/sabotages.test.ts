/** That the tests of this folder can fail: with a fault in the recorder, the very programs of `results.property.test.ts` see it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { temporary } from '../recorded.ts';
import { Child } from './pair.ts';
import { PROGRAMS, SEED } from './programs/amount.ts';
import { program } from './programs/arbitrary.ts';
import { SABOTAGES } from './sabotages/list.mjs';

const BY_TURNS = join(import.meta.dirname, '../by-turns.mjs');
const SOAK = process.env['COWPATH_SOAK'] === '1';
/** Each needs a process of its own: CI takes a few of them. */
const chosen = SABOTAGES.filter((_, i) => SOAK || i % 6 === 0);
const programs = fc.sample(program, { numRuns: PROGRAMS, seed: SEED });

let postgres: TestPostgres;
let bare: Child;
let honest: Child;
const place = temporary();
/** What each program sees without a recorder. */
const expected: (readonly string[])[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  [bare, honest] = await Promise.all([
    Child.start(postgres.url, 'bare', null),
    Child.start(postgres.url, 'honest', place.folder),
  ]);
});
afterAll(async () => {
  await Promise.all([bare?.stop(), honest?.stop()]);
  await postgres?.stop();
  place.remove();
});

// All of them, at once: those that CI does not run must not have lost their places meanwhile.
test('each fault has its one place in the recorder', () => {
  const lost = SABOTAGES.filter(({ file, find }) => {
    const source = readFileSync(join(import.meta.dirname, '../../src', `${file}.ts`), 'utf8');
    return source.split(find).length !== 2;
  });
  expect(lost.map(({ name }) => name)).toEqual([]);
});

test.each(chosen)('$name is caught: $what', async ({ name, passedOver }) => {
  const sabotaged = await Child.start(postgres.url, name.replaceAll('-', '_'), place.folder, {
    before: join(import.meta.dirname, 'sabotages/preload.mjs'),
    ...(passedOver ? { after: BY_TURNS } : {}),
    env: { COWPATH_SABOTAGE: name },
  });
  let caughtBy: number | null = null;
  try {
    for (const [i, one] of programs.entries()) {
      expected[i] ??= await bare.run(one);
      if (isDeepStrictEqual(await sabotaged.run(one), expected[i])) continue;
      // What differs without the sabotage too would hide that nothing is seen of it.
      expect(await honest.run(one)).toEqual(expected[i]);
      caughtBy = i;
      break;
    }
  } finally {
    await sabotaged.stop();
  }
  expect(caughtBy).not.toBeNull();
});
