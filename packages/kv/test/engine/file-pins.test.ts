import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FilePins } from '../../src/engine/leveldb/file-pins.ts';
import { openLevelDb } from '../../src/engine/leveldb/leveldb-engine.ts';
import { newDirectory } from '../support/places.ts';

const soon = { timeout: 20_000 };

/** What this process has open in a directory; removed files end with ` (deleted)`. Linux only. */
async function openIn(directory: string): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')),
  );
  return links.filter((target) => target.startsWith(directory));
}

describe.skipIf(process.platform === 'win32')('files held open', () => {
  const enough = (): boolean => false;

  test('one that is removed is closed, and only then; at the end all are', async () => {
    const directory = await newDirectory();
    for (const name of ['000001.ldb', '000002.log', 'CURRENT']) await writeFile(join(directory, name), name);
    const pins = new FilePins(directory, 10, enough);
    await pins.look();
    expect(pins.count).toBe(2);
    await rm(join(directory, '000001.ldb'));
    if (process.platform === 'linux')
      expect((await openIn(directory)).sort()).toEqual([
        join(directory, '000001.ldb (deleted)'),
        join(directory, '000002.log'),
      ]);
    await pins.look();
    expect([pins.count, pins.freed]).toEqual([1, 1]);
    await pins.close();
    expect(pins.count).toBe(0);
    if (process.platform === 'linux') expect(await openIn(directory)).toEqual([]);
    await pins.look();
    expect(pins.count).toBe(0);
  });

  test('no more than so many; none while the disk has little room', async () => {
    const directory = await newDirectory();
    await writeFile(join(directory, '000000.ldb'), '');
    for (let at = 1; at < 20; at++) await link(join(directory, '000000.ldb'), join(directory, `${at}.ldb`));
    let scarce = false;
    const pins = new FilePins(directory, 5, () => scarce);
    onTestFinished(() => pins.close());
    await pins.look();
    expect(pins.count).toBe(5);
    scarce = true;
    await pins.look();
    expect([pins.count, pins.freed]).toEqual([0, 0]);
    scarce = false;
    pins.written();
    await expect.poll(() => pins.count, soon).toBe(5);
  });

  test.skipIf(process.platform !== 'linux')(
    'no more than a quarter of what the process may open',
    async () => {
      const directory = await newDirectory();
      for (let at = 0; at < 100; at++) await writeFile(join(directory, `${at}.ldb`), '');
      const module = new URL('../../src/engine/leveldb/file-pins.ts', import.meta.url).href;
      const script = `const { FilePins } = await import(${JSON.stringify(module)});
      const pins = new FilePins(${JSON.stringify(directory)}, 1000, () => false);
      await pins.look();
      console.log(pins.count);`;
      // Node raises the soft limit to the hard one, so that both are lowered.
      const { stdout, stderr } = spawnSync(
        'sh',
        ['-c', 'ulimit -n 80 && exec "$0" --input-type=module -e "$1"', process.execPath, script],
        { encoding: 'utf8', timeout: 60_000 },
      );
      expect([stdout.trim(), stderr]).toEqual(['20', '']);
    },
  );

  test('a directory that cannot be read is no failure', async () => {
    const pins = new FilePins(join(await newDirectory(), 'absent'), 5, enough);
    await pins.look();
    expect(pins.count).toBe(0);
    await pins.close();
  });

  test('merged tables are freed by the engine, none stays open; reads and ranges go on meanwhile', async () => {
    const directory = await newDirectory();
    const engine = await openLevelDb(directory, { write_buffer_bytes: 64 * 1024, sync: true });
    let closed = false;
    onTestFinished(() => (closed ? undefined : engine.close()));
    const cursor = engine.range(Buffer.from('k'));
    const freed = (): number => engine.stats().files_freed_total ?? 0;
    // Until some were caught: a table that lives shorter than a look is freed by LevelDB.
    for (let round = 0; round < 400 && freed() < 5; round++) {
      await Promise.all(
        Array.from({ length: 100 }, (_, i) => engine.put(Buffer.from(`k${i}`), randomBytes(2_000))),
      );
      expect((await engine.get(Buffer.from('k1')))?.byteLength).toBe(2_000);
    }
    expect(freed()).toBeGreaterThanOrEqual(5);
    await cursor.close();
    await engine.compact();
    if (process.platform === 'linux') {
      const removed = async (): Promise<string[]> =>
        (await openIn(directory)).filter((name) => name.endsWith('(deleted)'));
      await expect.poll(removed, soon).toEqual([]);
    }
    await engine.close();
    closed = true;
    if (process.platform === 'linux') expect(await openIn(directory)).toEqual([]);
  });

  test('none are held when none are asked for', async () => {
    const engine = await openLevelDb(await newDirectory(), { pinned_files_max: 0 });
    onTestFinished(() => engine.close());
    await engine.put(Buffer.from('k'), Buffer.from('v'));
    expect(engine.stats().pinned_files).toBe(0);
  });
});
