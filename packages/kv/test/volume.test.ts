import { type ChildProcess, fork } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { KvClient } from '../src/client/client.ts';
import { directoryBytes } from '../src/engine/leveldb/data-directory.ts';
import { newDirectory, share, soak } from './support/places.ts';
import { get, put, startService } from './support/service.ts';

const minutes = soak ? 3_600_000 : 240_000;

/** PUTs over a few connections, each with many under way (pipelined), which is the fastest way to fill a service. */
async function fill(
  port: number,
  count: number,
  key: (at: number) => string,
  value: (at: number) => string,
): Promise<void> {
  const CONNECTIONS = 4;
  const UNDER_WAY = 64;
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () => {
      return new Promise<void>((resolve, reject) => {
        let open = 0;
        const socket = connect(port, '127.0.0.1', () => more());
        const more = (): void => {
          let batch = '';
          for (; open < UNDER_WAY && next < count; next++, open++) {
            const body = value(next);
            batch += `PUT /v0/entity?id=${key(next)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
          }
          if (batch !== '') socket.write(batch, 'latin1');
          else if (open === 0) socket.end(() => resolve());
        };
        let text = '';
        socket.on('error', reject).on('data', (chunk) => {
          text += chunk.toString('latin1');
          for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
            if (!text.startsWith('HTTP/1.1 201')) return reject(new Error(text.slice(0, 200)));
            text = text.slice(end + 4);
            open -= 1;
          }
          if (open <= UNDER_WAY / 2) more();
        });
      });
    }),
  );
}

interface Other {
  readonly port: number;
  /** Resident bytes after a collection. */
  memory(): Promise<number>;
}

async function startOther(directory: string): Promise<Other> {
  const program = fileURLToPath(new URL('./support/measured-server.ts', import.meta.url));
  const child: ChildProcess = fork(program, [directory], {
    execArgv: ['--conditions=@cowpath/source', '--expose-gc', '--max-semi-space-size=4'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const answer = (): Promise<number> =>
    new Promise((resolve) => child.once('message', (message) => resolve(message as number)));
  const port = await answer();
  return {
    port,
    memory: () => {
      const bytes = answer();
      child.send('memory');
      return bytes;
    },
  };
}

describe('volume', () => {
  test('257 values of 1 MiB', { timeout: minutes }, async () => {
    const service = await startService();
    const value = (at: number): Buffer => Buffer.alloc(1024 * 1024, at % 251);
    for (let at = 0; at < 257; at += 8) {
      const some = Array.from({ length: Math.min(8, 257 - at) }, (_, i) => at + i);
      expect(await Promise.all(some.map((i) => put(service, `k${i}`, value(i))))).toEqual(
        some.map(() => 201),
      );
    }
    for (let at = 0; at < 257; at++)
      expect((await get(service, `k${at}`)).body.equals(value(at)), `k${at}`).toBe(true);
    const kv = new KvClient(service.url);
    let entries = 0;
    for await (const { key, value: found } of kv.range('k')) {
      expect(found.equals(value(Number(key.toString('latin1', 1))))).toBe(true);
      entries += 1;
    }
    await kv.close();
    expect(entries).toBe(257);
  });

  test('one million entries (a tenth without COWPATH_SOAK), read in order', {
    timeout: minutes,
  }, async () => {
    const count = share(1_000_000);
    const service = await startService();
    const key = (at: number): string => `key${String((at * 7_919) % count).padStart(9, '0')}`;
    await fill(service.port, count, key, (at) => key(at).repeat(3));
    const kv = new KvClient(service.url, { timeout_ms: 60_000 });
    let at = 0;
    for await (const entry of kv.range('key')) {
      const expected = `key${String(at).padStart(9, '0')}`;
      if (
        entry.key.toString('latin1') !== expected ||
        entry.value.toString('latin1') !== expected.repeat(3)
      ) {
        expect(entry.key.toString()).toBe(expected);
      }
      at += 1;
    }
    await kv.close();
    expect(at).toBe(count);
  });

  test('after ten overwrites and compaction the disk holds less than twice the live data', {
    timeout: minutes,
  }, async () => {
    const entries = 2_000;
    const service = await startService({ engine: { write_buffer_bytes: 1024 * 1024 } });
    // Random, so that compression does not flatter the figure.
    const { randomBytes } = await import('node:crypto');
    for (let round = 0; round < 11; round++) {
      await Promise.all(
        Array.from({ length: entries }, (_, i) =>
          service.engine.put(Buffer.from(`k${i}`), randomBytes(4_000)),
        ),
      );
    }
    await service.engine.compact();
    const live = entries * 4_000;
    await service.shut();
    // Closed: the log of the last memtable is all that may stand beside the tables.
    const bytes = await directoryBytes(join(service.directory, 'leveldb'));
    expect(bytes).toBeGreaterThan(live);
    expect(bytes).toBeLessThan(2 * live);
  });

  test('memory is flat over ten million writes (a fiftieth without COWPATH_SOAK)', {
    timeout: minutes,
  }, async () => {
    const count = soak ? 10_000_000 : 200_000;
    const service = await startOther(await newDirectory());
    const write = (writes: number): Promise<void> =>
      fill(
        service.port,
        writes,
        (at) => `key${(at * 7_919) % 50_000}`,
        () => 'v'.repeat(100),
      );
    // Until LevelDB's buffers and caches have their size.
    await write(soak ? 1_000_000 : 100_000);
    const before = await service.memory();
    await write(count);
    const after = await service.memory();
    console.log(`memory: ${before} bytes before ${count} writes, ${after} after`);
    // LevelDB has two write buffers of 1 MiB there; 2 bytes a write would be 20 MB.
    expect(after - before).toBeLessThan(20_000_000);
  });
});
