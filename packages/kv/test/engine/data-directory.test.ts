import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { openLevelDb } from '../../src/engine/leveldb/leveldb-engine.ts';
import { compileLibrary } from '../durability/power-failure.ts';
import { Victim } from '../durability/victim.ts';
import { newDirectory } from '../support/places.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function refusal(directory: string): Promise<{ code: string; message: string }> {
  return openLevelDb(directory).then(
    async (engine) => {
      await engine.close();
      throw new Error('it opened');
    },
    (error) => error,
  );
}

async function filled(): Promise<string> {
  const directory = await newDirectory();
  const engine = await openLevelDb(directory);
  await engine.put(bytes('k'), bytes('v'));
  await engine.close();
  return directory;
}

async function valueIn(directory: string): Promise<string> {
  const engine = await openLevelDb(directory);
  try {
    return String(Buffer.from((await engine.get(bytes('k')))!));
  } finally {
    await engine.close();
  }
}

describe('the data directory', () => {
  test('is made with its parents, and says what it is', async () => {
    const directory = join(await newDirectory(), 'a', 'b');
    await (await openLevelDb(directory)).close();
    expect(JSON.parse(await readFile(join(directory, 'cowpath-kv.json'), 'utf8'))).toEqual({
      format: 1,
      engine: 'leveldb',
    });
  });

  test('in use by another process is KV_DATA_LOCKED, and the other goes on', async () => {
    const directory = await filled();
    const other = new Victim(directory, {}, {});
    onTestFinished(() => other.kill());
    const url = await other.url();
    const error = await refusal(directory);
    expect(error).toMatchObject({ code: 'KV_DATA_LOCKED', message: expect.stringContaining(directory) });
    expect(await (await fetch(`${url}/v0/entity?id=k`)).text()).toBe('v');
    await other.kill();
    expect(await valueIn(directory)).toBe('v');
  });

  test('in use by this process is KV_DATA_LOCKED too', async () => {
    const directory = await newDirectory();
    const engine = await openLevelDb(directory);
    onTestFinished(() => engine.close());
    expect((await refusal(directory)).code).toBe('KV_DATA_LOCKED');
  });

  test('that is a file, or below one, is KV_DATA_NOT_WRITABLE', async () => {
    const file = join(await newDirectory(), 'file');
    await writeFile(file, 'precious');
    expect((await refusal(file)).code).toBe('KV_DATA_NOT_WRITABLE');
    expect((await refusal(join(file, 'below'))).code).toBe('KV_DATA_NOT_WRITABLE');
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  test('whose place for LevelDB is a file is KV_DATA_NOT_WRITABLE', async () => {
    const directory = await filled();
    await rm(join(directory, 'leveldb'), { recursive: true });
    await writeFile(join(directory, 'leveldb'), '');
    expect((await refusal(directory)).code).toBe('KV_DATA_NOT_WRITABLE');
  });

  test('with other files is KV_DATA_FOREIGN and stays as it was', async () => {
    const directory = await newDirectory();
    await mkdir(join(directory, 'photos'));
    expect(await refusal(directory)).toMatchObject({
      code: 'KV_DATA_FOREIGN',
      message: expect.stringContaining('photos'),
    });
    expect(await readdir(directory)).toEqual(['photos']);
  });

  for (const marker of [
    '{"format":2,"engine":"leveldb"}',
    '{"format":1,"engine":"rocksdb"}',
    'not JSON',
    '',
  ]) {
    test(`whose marker is '${marker}' is KV_DATA_VERSION and stays as it was`, async () => {
      const directory = await filled();
      await writeFile(join(directory, 'cowpath-kv.json'), marker);
      expect((await refusal(directory)).code).toBe('KV_DATA_VERSION');
      await writeFile(join(directory, 'cowpath-kv.json'), '{"format":1,"engine":"leveldb"}');
      expect(await valueIn(directory)).toBe('v');
    });
  }

  test('with a damaged manifest is KV_CORRUPT or KV_IO, not an empty store', async () => {
    const directory = await filled();
    const files = join(directory, 'leveldb');
    for (const name of await readdir(files)) {
      if (name.startsWith('MANIFEST')) await writeFile(join(files, name), Buffer.alloc(4_096, 0x5a));
    }
    expect((await refusal(directory)).code).toMatch(/^KV_(CORRUPT|IO)$/);
  });

  test('whose CURRENT names a file that is not there is an error, not an empty store', async () => {
    const directory = await filled();
    await writeFile(join(directory, 'leveldb', 'CURRENT'), 'MANIFEST-999999\n');
    expect((await refusal(directory)).code).toBe('KV_CORRUPT');
  });

  test('with tables or logs but without CURRENT is KV_CORRUPT, and LevelDB gets no chance to remove them', async () => {
    const directory = await filled();
    const files = join(directory, 'leveldb');
    const current = await readFile(join(files, 'CURRENT'));
    await rm(join(files, 'CURRENT'));
    const before = (await readdir(files)).sort();
    expect(await refusal(directory)).toMatchObject({
      code: 'KV_CORRUPT',
      message: expect.stringContaining('CURRENT'),
    });
    expect((await readdir(files)).sort()).toEqual(before);
    await writeFile(join(files, 'CURRENT'), current);
    expect(await valueIn(directory)).toBe('v');
  });
});

describe('wrong options', () => {
  test('a misspelt one suggests the right one, a wrong value says what was expected', async () => {
    const directory = await newDirectory();
    await expect(openLevelDb(directory, { sink: true } as object)).rejects.toMatchObject({
      name: 'KvOptionError',
      code: 'KV_OPTION_UNKNOWN',
      message: "openLevelDb: there is no option 'sink'; did you mean 'sync'?",
    });
    await expect(openLevelDb(directory, { lossWindowMs: 1 } as object)).rejects.toThrow(
      "did you mean 'loss_window_ms'?",
    );
    await expect(openLevelDb(directory, { loss_window_ms: 0 })).rejects.toThrow(
      'is 0; expected a whole number from 10',
    );
    await expect(openLevelDb(directory, { reads: 'async' as 'sync' })).rejects.toThrow(
      "expected one of 'adaptive'",
    );
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('a full disk', () => {
  test('below the reserve writes are KV_DISK_FULL, reads go on, and writes again once there is room', async () => {
    const directory = await filled();
    const engine = await openLevelDb(directory, { disk_reserve_bytes: 2 ** 50 });
    onTestFinished(() => engine.close());
    await expect(engine.put(bytes('new'), bytes('v'))).rejects.toMatchObject({ code: 'KV_DISK_FULL' });
    expect(engine.health()).toMatchObject({ status: 'read-only', code: 'KV_DISK_FULL' });
    expect(String(Buffer.from((await engine.get(bytes('k')))!))).toBe('v');
    expect(await engine.get(bytes('new'))).toBe(undefined);
  });

  const compiled = compileLibrary();
  if ('missing' in compiled)
    console.warn(`test of a disk that is full in the middle of a write skipped: ${compiled.missing}`);

  test.skipIf('missing' in compiled)(
    'in the middle of a write: that write fails, no further one is taken, nothing acknowledged is lost',
    async () => {
      const directory = await newDirectory();
      const library = (compiled as { library: string }).library;
      const victim = new Victim(
        directory,
        { write_buffer_bytes: 256 * 1024 },
        { LD_PRELOAD: library, POWER_DISK_BYTES: '3000000' },
      );
      onTestFinished(() => victim.kill());
      const url = await victim.url();
      const value = Buffer.alloc(2_000, 'x');
      const acknowledged = new Set<string>();
      let refused: { status: number; error: string } | undefined;
      for (let at = 0; refused === undefined && at < 5_000; at += 20) {
        const keys = Array.from({ length: 20 }, (_, i) => `k${at + i}`);
        await Promise.all(
          keys.map(async (key) => {
            const answer = await fetch(`${url}/v0/entity?id=${key}`, { method: 'PUT', body: value });
            if (answer.status === 201) acknowledged.add(key);
            else
              refused = { status: answer.status, error: ((await answer.json()) as { error: string }).error };
          }),
        );
      }
      expect(refused?.status).toBeGreaterThanOrEqual(500);
      expect(acknowledged.size).toBeGreaterThan(0);
      const later = await fetch(`${url}/v0/entity?id=later`, { method: 'PUT', body: 'v' });
      expect([later.status, ((await later.json()) as { error: string }).error]).toEqual([
        503,
        'KV_READ_ONLY',
      ]);
      const status = await fetch(`${url}/v0/status`);
      expect([status.status, ((await status.json()) as { status: string }).status]).toEqual([
        503,
        'read-only',
      ]);
      const one = [...acknowledged][0]!;
      expect((await fetch(`${url}/v0/entity?id=${one}`)).status).toBe(200);
      await victim.kill();
      const engine: Engine = await openLevelDb(directory);
      onTestFinished(() => engine.close());
      const lost: string[] = [];
      for (const key of acknowledged)
        if ((await engine.get(bytes(key)))?.byteLength !== 2_000) lost.push(key);
      expect(lost).toEqual([]);
      expect(await engine.get(bytes('later'))).toBe(undefined);
    },
  );
});
