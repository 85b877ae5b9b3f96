import { ClassicLevel } from 'classic-level';
import { expect, onTestFinished, test } from 'vitest';
import { Reads } from '../../src/engine/leveldb/reads.ts';
import { TextCache } from '../../src/engine/leveldb/text-cache.ts';
import { newDirectory } from '../support/places.ts';

type Level = ClassicLevel<Uint8Array, Uint8Array>;

async function openLevel(): Promise<Level> {
  const level: Level = new ClassicLevel(await newDirectory(), { keyEncoding: 'view', valueEncoding: 'view' });
  await level.open();
  onTestFinished(() => level.close());
  for (let i = 0; i < 100; i++) await level.put(Buffer.from(`k${i}`), Buffer.from(`v${i}`));
  return level;
}

test('reads go to the thread pool while synchronous ones wait for the disk, and come back', async () => {
  const level = await openLevel();
  let slow = true;
  const getSync = level.getSync.bind(level);
  level.getSync = ((key: Uint8Array) => {
    // As a read from a disk: it holds the thread for half a millisecond.
    for (const until = performance.now() + 0.5; slow && performance.now() < until; );
    return getSync(key);
  }) as Level['getSync'];
  const reads = new Reads(level, 'adaptive', new TextCache(0));
  const readAll = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      for (let i = 0; i < 100; i++) {
        expect(Buffer.from((await reads.get(Buffer.from(`k${i}`)))!).toString()).toBe(`v${i}`);
      }
    }
  };
  await readAll(10);
  expect(reads.totals.grouped).toBeGreaterThan(800);
  slow = false;
  // Another process may hold this one up at any time, which looks like a slow disk: so until a round is free of it.
  const groupedInARound = async (): Promise<number> => {
    const before = reads.totals.grouped;
    await readAll(1);
    return reads.totals.grouped - before;
  };
  await expect.poll(groupedInARound, { timeout: 30_000, interval: 1 }).toBe(0);
});

test('what is asked for in one turn is read in groups, each answer with its asker', async () => {
  const reads = new Reads(await openLevel(), 'grouped', new TextCache(0));
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => reads.get(Buffer.from(`k${i}`))));
  expect(answers.map((value) => value && Buffer.from(value).toString())).toEqual(
    Array.from({ length: 200 }, (_, i) => (i < 100 ? `v${i}` : undefined)),
  );
  expect(reads.totals).toEqual({ cached: 0, sync: 0, grouped: 200, groups: 4 });
});

test('texts are kept up to a size, dropped by the write that replaces them, and not added during one', () => {
  const texts = new TextCache(1_000);
  texts.add('a', 'one');
  texts.add('b', 'two');
  expect([texts.get('a'), texts.get('b'), texts.get('c')]).toEqual(['one', 'two', undefined]);
  texts.writeBegins([{ key: Buffer.from('a') }]);
  expect([texts.get('a'), texts.get('b')]).toEqual([undefined, 'two']);
  texts.add('a', 'one');
  expect(texts.get('a')).toBe(undefined);
  texts.writeEnded();
  texts.add('a', 'three');
  expect(texts.get('a')).toBe('three');
  for (let i = 0; i < 100; i++) texts.add(`k${i}`, 'x');
  expect(texts.bytes).toBeLessThanOrEqual(1_000);
  expect([texts.get('a'), texts.get('k99')]).toEqual([undefined, 'x']);
  texts.add('large', 'x'.repeat(1_000));
  expect(texts.get('large')).toBe(undefined);
  texts.writeBegins(Array.from({ length: 100 }, (_, i) => ({ key: Buffer.from(`k${i}`) })));
  expect(texts.bytes).toBe(0);
});
