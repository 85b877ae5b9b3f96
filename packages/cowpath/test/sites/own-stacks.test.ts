/** A program that looks at stacks itself sees the same with the recorder and without. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../postgres.ts';
import { succeed, temporary } from '../recorded.ts';
import { foundIn, markedIn } from './found.ts';
import { makeTables } from './programs/tables.ts';

const PROGRAM = join(import.meta.dirname, 'programs/own-stacks.mjs');

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
  await makeTables(postgres.url);
});
afterAll(() => postgres?.stop());

test.each([
  ['plain', true],
  ['prepare', true],
  ['no limit', true],
  ['frozen', false],
])('%s', async (manner, known) => {
  const place = temporary();
  try {
    const what = {
      args: [PROGRAM, manner],
      env: { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder },
      cwd: import.meta.dirname,
    };
    const bare = await succeed(what);
    const recorded = await succeed({ ...what, record: true });
    expect(recorded).toEqual(bare);
    const { lines } = foundIn(place.folder);
    const marked = markedIn(PROGRAM, 'programs/own-stacks.mjs');
    if (known) expect(lines['author']).toContain(marked['author']![0]);
    else expect(lines).toEqual({});
  } finally {
    place.remove();
  }
});

test('COWPATH_SITES=0 looks at nothing', async () => {
  const place = temporary();
  try {
    const env = { DATABASE_URL: postgres.url, COWPATH_DIR: place.folder, COWPATH_SITES: '0' };
    await succeed({ args: [PROGRAM, 'plain'], env, cwd: import.meta.dirname, record: true });
    expect(foundIn(place.folder)).toEqual({ lines: {}, unknown: 0 });
  } finally {
    place.remove();
  }
});
