import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queriesIn, succeed, temporary } from '../recorded.ts';
import { startWorld, type World } from '../starts/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

/** Runs `saving.mjs`: how many statements it says it made, how many are in its profile, and in how many segments. */
async function saved(what: string): Promise<{ made: number; kept: number; segments: number }> {
  const place = temporary();
  try {
    const folder = join(place.folder, 'profile');
    const { stdout } = await succeed({
      args: [join(import.meta.dirname, 'saving.mjs'), what],
      env: {
        DATABASE_URL: world.url,
        COWPATH_DIR: folder,
        COWPATH_SEGMENT_SPAN_MS: '1000',
        COWPATH_EVERY_RUN: '1',
        UV_THREADPOOL_SIZE: '1',
      },
      record: true,
    });
    const kept = Object.values(queriesIn(folder)).reduce((sum, queries) => sum + queries, 0);
    const segments = readdirSync(folder).filter((name) => name.endsWith('.cowpath.json'));
    return { made: Number(stdout), kept, segments: segments.length };
  } finally {
    place.remove();
  }
}

test('a program that ends while the interval is saving loses nothing', async () => {
  const { made, kept } = await saved('ends while saving');
  expect(made).toBe(100);
  expect(kept).toBe(100);
});

test('what is recorded while a full segment is saved is in the next one', async () => {
  const { made, kept, segments } = await saved('goes on');
  expect(made).toBeGreaterThan(100);
  expect(kept).toBe(made);
  expect(segments).toBeGreaterThan(1);
});
