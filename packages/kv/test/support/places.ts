import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

/** A new empty directory, removed when the test file ends. */
export async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'cowpath-kv-'));
  made.push(directory);
  return directory;
}

afterAll(async () => {
  for (const directory of made.splice(0))
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** Long tests run a tenth unless `COWPATH_SOAK=1`. */
export const soak: boolean = process.env.COWPATH_SOAK === '1';
export const share = (whole: number): number => (soak ? whole : Math.ceil(whole / 10));
