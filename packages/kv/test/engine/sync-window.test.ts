import { execFileSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLevelDb } from '../../src/engine/leveldb/leveldb-engine.ts';
import { newDirectory } from '../support/places.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const later = (ms: number): Promise<'still waiting'> =>
  new Promise((resolve) => setTimeout(() => resolve('still waiting'), ms));

// A pipe among the log files holds a pass up: opening it waits for a writer. Syncing it then fails.
describe.skipIf(process.platform === 'win32')('a sync that takes longer than the window', () => {
  test('holds writes back; one that fails makes the engine read-only, while reads go on', async () => {
    const directory = await newDirectory();
    const engine = await openLevelDb(directory, { loss_window_ms: 50 });
    onTestFinished(() => engine.close());
    const pipe = join(directory, 'leveldb', '999999.log');
    execFileSync('mkfifo', [pipe]);
    await engine.put(bytes('before'), bytes('v'));
    await later(100);
    const held = engine.put(bytes('held'), bytes('v')).then(
      () => 'acknowledged',
      (error) => error.code,
    );
    expect(await Promise.race([held, later(300)])).toBe('still waiting');
    const writer = await open(pipe, 'w');
    expect(await held).toMatch(/^KV_(IO|READ_ONLY)$/);
    await writer.close();
    await rm(pipe);
    await expect(engine.put(bytes('after'), bytes('v'))).rejects.toMatchObject({ code: 'KV_READ_ONLY' });
    expect(engine.health().status).toBe('read-only');
    expect(Buffer.from((await engine.get(bytes('before')))!).toString()).toBe('v');
  });

  test('passes go on while there is something to sync, and no longer', async () => {
    const engine = await openLevelDb(await newDirectory(), { loss_window_ms: 20 });
    onTestFinished(() => engine.close());
    await later(100);
    expect(engine.stats().sync_passes_total).toBe(0);
    await engine.put(bytes('k'), bytes('v'));
    await expect.poll(() => engine.stats().sync_passes_total, { timeout: 10_000 }).toBe(1);
    await later(100);
    expect(engine.stats().sync_passes_total).toBe(1);
  });
});
