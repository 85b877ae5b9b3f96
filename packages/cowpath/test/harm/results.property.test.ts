import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readProfile } from '@cowpath/profile';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { queriesIn } from '../recorded.ts';
import { Child } from './pair.ts';
import { PROGRAMS, SEED } from './programs/amount.ts';
import { program } from './programs/arbitrary.ts';
import type { Program } from './programs/program.ts';

const SOAK = process.env['COWPATH_SOAK'] === '1';
const BY_TURNS = join(import.meta.dirname, '../by-turns.mjs');
const RUNS = SOAK ? 3000 : PROGRAMS;
/** Of a program that a recorded one differs from. */
const BARE_RUNS_MAX = 20;

let postgres: TestPostgres;
let folder: string;
let bare: Child;
let recorded: Child;
let passedOver: Child;
let passedOverOutside: Child;

beforeAll(async () => {
  postgres = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), 'cowpath-harm-'));
  [bare, recorded, passedOver, passedOverOutside] = await Promise.all([
    Child.start(postgres.url, 'bare', null),
    Child.start(postgres.url, 'recorded', folder),
    Child.start(postgres.url, 'passed_over', join(folder, 'passed-over'), {
      after: BY_TURNS,
      env: { HARM_CONTEXT: 'page' },
    }),
    Child.start(postgres.url, 'outside', join(folder, 'outside'), { after: BY_TURNS }),
  ]);
});
afterAll(async () => {
  await Promise.all([bare?.stop(), recorded?.stop(), passedOver?.stop(), passedOverOutside?.stop()]);
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Whether the bare program does this too. Postgres sends an error and what follows it in two packets; where a callback
 * throws, the driver loses the rest of what it has read, and waits for ever or not, as they have come in one piece or two.
 */
async function seenBare(one: Program, seen: readonly string[]): Promise<boolean> {
  for (let run = 0; run < BARE_RUNS_MAX; run++) if (isDeepStrictEqual(await bare.run(one), seen)) return true;
  return false;
}

const statementsIn = (profile: string): number =>
  Object.values(queriesIn(profile)).reduce((sum, queries) => sum + queries, 0);

test(
  'a program sees the same with the recorder and without',
  async () => {
    await fc.assert(
      fc.asyncProperty(program, async (one) => {
        const [without, followed, passed, outside] = await Promise.all([
          bare.run(one),
          recorded.run(one),
          passedOver.run(one),
          passedOverOutside.run(one),
        ]);
        // The last two follow and pass over by turns: runs, and statements outside.
        for (const seen of [followed, passed, outside]) {
          if (!isDeepStrictEqual(seen, without) && !(await seenBare(one, seen)))
            expect(seen).toEqual(without);
        }
      }),
      { numRuns: RUNS, ...(SOAK ? {} : { seed: SEED }) },
    );
  },
  SOAK ? 3_600_000 : 120_000,
);

test('what ran was recorded, and nothing failed inside', async () => {
  await recorded.stop();
  const { builder, problems } = readProfile(folder);
  expect(problems).toEqual([]);
  expect(builder.contexts.size).toBeGreaterThan(0);
  const failures = [...builder.notes.keys()].filter((code) => /FAILED|NOT_SAVED/.test(code));
  expect(failures).toEqual([]);
});

test('outside every context, statements were followed and passed over by turns', async () => {
  await passedOverOutside.stop();
  const uncounted = readProfile(folder).builder.notes.get('COWPATH_STATEMENTS_UNCOUNTED') ?? 0;
  const sent = statementsIn(folder) + uncounted;
  const followed = statementsIn(join(folder, 'outside'));
  expect(followed).toBeGreaterThan(sent / 5);
  expect(followed).toBeLessThan(sent / 2);
});
