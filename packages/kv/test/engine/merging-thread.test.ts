import { spawnSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lowerMergingThread } from '../../src/engine/leveldb/merging-thread.ts';
import type { LevelDbOptions } from '../../src/engine/leveldb/options.ts';
import type { MergingThreads } from '../support/merging-threads.ts';
import { newDirectory } from '../support/places.ts';

const program = fileURLToPath(new URL('../support/merging-threads.ts', import.meta.url));

/** In a process of its own: this one has had LevelDB's thread for long. */
async function threadsWith(options: LevelDbOptions): Promise<MergingThreads> {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--conditions=@cowpath/source',
      program,
      join(await newDirectory(), 'store'),
      JSON.stringify({ write_buffer_bytes: 64 * 1024, ...options }),
    ],
    { encoding: 'utf8', timeout: 60_000 },
  );
  expect([status, stderr]).toEqual([0, expect.not.stringMatching(/error/i)]);
  return JSON.parse(stdout) as MergingThreads;
}

/** These tests may be run below the normal priority themselves. */
const niceness = Math.min(19, getPriority() + 10);

describe.runIf(process.platform === 'linux')("the priority of LevelDB's thread", () => {
  test('the thread that merges is below the others, and no other is', async () => {
    const { said, lowered, busiest } = await threadsWith({});
    expect(lowered).toEqual([{ thread: busiest, niceness }]);
    // It is one thread for both: the second store had nothing to change.
    expect(said).toEqual([niceness, 0]);
  });

  test('it is left as it is when asked to', async () => {
    const { said, lowered } = await threadsWith({ merging_niceness: 0 });
    expect({ said, lowered }).toEqual({ said: [0, 0], lowered: [] });
  });

  test('nothing is changed, and nothing fails, when no thread was started or the start fails', async () => {
    expect(await lowerMergingThread(10, async () => undefined)).toBe(0);
    expect(await lowerMergingThread(10, () => Promise.reject(new Error('no room')))).toBe(0);
  });
});
