import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Random } from '../src/conformance/random.ts';
import { openStore, sqlite } from '../src/index.ts';
import { Acknowledged, kill } from './support/acknowledged.ts';
import { soak, temporaryDirectory } from './support/directory.ts';
import { compilePowerCut, cutPower, powerCutEnvironment } from './support/power-cut.ts';

const runs = soak ? 100 : 5;

/** Kills writers at random moments, cutting the power each time; returns acknowledged writes that were lost. */
async function losses(
  synchronous: 'full' | 'normal',
  count: number,
  migrate: boolean,
): Promise<{ lost: number; acknowledged: Acknowledged }> {
  using directory = temporaryDirectory();
  using data = temporaryDirectory();
  const compiled = compilePowerCut(directory.path);
  if ('missing' in compiled) throw new Error(compiled.missing);
  const file = data.file('store.db');
  const log = directory.file('log');
  const random = new Random(7);
  const acknowledged = new Acknowledged();
  let lost = 0;
  for (let seed = 1; seed <= count; seed++) {
    const env = powerCutEnvironment(compiled.library, data.path, log);
    const child = await acknowledged.start({ file, synchronous, seed, writers: 4, migrate }, env);
    await sleep(100 + random.below(600));
    await kill(child);
    cutPower(data.path, log);
    rmSync(`${file}-shm`, { force: true });
    const store = await openStore({ engine: sqlite({ file }) });
    const missing = await acknowledged.missing(store);
    await store.close();
    lost += missing.length;
    if (missing.length > 0) acknowledged.forget();
  }
  return { lost, acknowledged };
}

test(`${runs} power failures lose no acknowledged write and leave none half done; migrations go on`, async () => {
  const { lost, acknowledged } = await losses('full', runs, true);
  expect(acknowledged.count).toBeGreaterThan(runs);
  expect(lost).toBe(0);
}, 1_800_000);

test('the harness can fail: with synchronous normal a power failure loses acknowledged writes', async () => {
  const { lost } = await losses('normal', 3, false);
  expect(lost).toBeGreaterThan(0);
}, 120_000);

test('a full disk is an error, and loses nothing that was acknowledged', async () => {
  using directory = temporaryDirectory();
  using data = temporaryDirectory();
  const compiled = compilePowerCut(directory.path);
  if ('missing' in compiled) throw new Error(compiled.missing);
  const file = data.file('store.db');
  const acknowledged = new Acknowledged();
  await (await openStore({ engine: sqlite({ file }) })).close();
  const env = { LD_PRELOAD: compiled.library, POWER_CUT_DIRECTORY: data.path, POWER_CUT_BYTES: '3000000' };
  const child = await acknowledged.start({ file, seed: 1, writers: 4, migrate: false }, env);
  await new Promise((resolve) => child.once('close', resolve));
  expect(acknowledged.events).toContain('full');
  const store = await openStore({ engine: sqlite({ file }) });
  expect(acknowledged.count).toBeGreaterThan(10);
  expect(await acknowledged.missing(store)).toEqual([]);
  await store.create('/after', { type: 'x' });
  await store.close();
}, 120_000);
