import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ClientOptions, KvClient } from '../../src/client/client.ts';
import { readFrames } from '../../src/client/frames.ts';
import { compareKeys } from '../../src/contract/keys.ts';
import { encodeEnd, encodeEntries } from '../../src/http/records.ts';
import { startService } from '../support/service.ts';

function client(url: string, options: ClientOptions = {}): KvClient {
  const made = new KvClient(url, { retry_wait_ms: 1, ...options });
  onTestFinished(() => made.close());
  return made;
}

/** A server that answers as it is told, to show what the client does with answers that ours rarely gives. */
async function stub(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('against the service', () => {
  test('put, get, delete; strings, bytes, nothing', async () => {
    const kv = client((await startService()).url);
    await kv.put('ключ/&=+ %', 'значение');
    expect((await kv.get('ключ/&=+ %'))!.toString()).toBe('значение');
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await kv.put(bytes, bytes);
    expect((await kv.get(bytes))!.equals(bytes)).toBe(true);
    await kv.put('empty', '');
    expect((await kv.get('empty'))!.byteLength).toBe(0);
    await kv.delete('empty');
    await kv.delete('empty');
    expect(await kv.get('empty')).toBe(undefined);
    expect((await kv.status()).status).toBe('ok');
  });

  test('a range gives what was put, whatever the bytes, in order', async () => {
    const service = await startService();
    const kv = client(service.url);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.uint8Array({ maxLength: 40 })),
          {
            selector: ([key]) => Buffer.from(key).toString('hex'),
            maxLength: 30,
          },
        ),
        async (entries) => {
          for await (const { key } of kv.range('\0')) await kv.delete(key);
          await Promise.all(entries.map(([key, value]) => kv.put(key, value)));
          const expected = entries
            .toSorted(([a], [b]) => compareKeys(a, b))
            .map((pair) => pair.map((part) => Buffer.from(part).toString('hex')));
          const found: string[][] = [];
          for await (const { key, value } of kv.range('\0'))
            found.push([key.toString('hex'), value.toString('hex')]);
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('leaving a range early lets it go, and the client goes on', async () => {
    const service = await startService();
    // An attempt's time includes its wait for a connection.
    const kv = client(service.url, { timeout_ms: 60_000 });
    await Promise.all(Array.from({ length: 500 }, (_, i) => kv.put(`k${i}`, Buffer.alloc(20_000))));
    for await (const { key } of kv.range('k')) {
      expect(key.toString()).toBe('k0');
      break;
    }
    await expect.poll(() => service.engine.stats().open_ranges, { timeout: 10_000 }).toBe(0);
    expect((await kv.get('k1'))!.byteLength).toBe(20_000);
  });

  test('what cannot be a key or a value is refused before it is sent', async () => {
    const kv = client('http://127.0.0.1:1');
    await expect(kv.get('')).rejects.toMatchObject({ code: 'KV_REQUEST_INVALID' });
    await expect(kv.put('k', Buffer.alloc(8 * 1024 * 1024 + 1))).rejects.toMatchObject({
      code: 'KV_VALUE_TOO_LARGE',
    });
    expect(() => new KvClient('http://x', { retry: 1 } as object)).toThrow("there is no option 'retry'");
  });
});

describe('retries', () => {
  test('503 is tried again, for writes too, as often as allowed', async () => {
    let asked = 0;
    const url = await stub((_, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 201).end('{"error":"KV_BUSY","message":"busy"}');
    });
    await client(url).put('k', 'v');
    expect(asked).toBe(3);
    asked = -100;
    await expect(client(url, { retries_max: 2 }).put('k', 'v')).rejects.toMatchObject({ code: 'KV_BUSY' });
    expect(asked).toBe(-97);
  });

  test('a connection that breaks: reads are tried again, writes are not, unless told', async () => {
    let asked = 0;
    const url = await stub((request, response) => {
      asked += 1;
      if (asked < 3) request.socket.destroy();
      else response.writeHead(request.method === 'PUT' ? 201 : 200).end('v');
    });
    expect((await client(url).get('k'))!.toString()).toBe('v');
    expect(asked).toBe(3);
    asked = 0;
    await expect(client(url).put('k', 'v')).rejects.toMatchObject({ code: 'KV_UNREACHABLE' });
    expect(asked).toBe(1);
    asked = 0;
    await client(url, { retry_writes: true }).put('k', 'v');
    expect(asked).toBe(3);
  });

  test('not connected: everything is tried again, then KV_UNREACHABLE', async () => {
    const free = createTcpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    await expect(client(`http://127.0.0.1:${port}`).put('k', 'v')).rejects.toMatchObject({
      code: 'KV_UNREACHABLE',
    });
  });

  test('400 is not tried again', async () => {
    let asked = 0;
    const url = await stub((_, response) => {
      asked += 1;
      response.writeHead(400).end('{"error":"KV_REQUEST_INVALID","message":"no"}');
    });
    await expect(client(url).get('k')).rejects.toMatchObject({
      code: 'KV_REQUEST_INVALID',
      message: '400: no',
    });
    expect(asked).toBe(1);
  });

  test('an answer that does not come is KV_CLIENT_TIMEOUT', async () => {
    const url = await stub(() => undefined);
    await expect(client(url, { timeout_ms: 100, retries_max: 0 }).get('k')).rejects.toMatchObject({
      code: 'KV_CLIENT_TIMEOUT',
    });
    await expect(client(url, { timeout_ms: 100 }).put('k', 'v')).rejects.toMatchObject({
      code: 'KV_CLIENT_TIMEOUT',
    });
  });

  test('an answer of something else is KV_RESPONSE_INVALID', async () => {
    const url = await stub((_, response) => response.writeHead(302).end('<html>'));
    await expect(client(url).get('k')).rejects.toMatchObject({ code: 'KV_RESPONSE_INVALID' });
    await expect(client(url).status()).rejects.toMatchObject({ code: 'KV_RESPONSE_INVALID' });
  });

  test('a range that breaks off throws, even at the end of an entry', async () => {
    const entries = encodeEntries([[Buffer.from('a'), Buffer.from('b')]], 'frames');
    const url = await stub((_, response) => response.writeHead(200).end(entries));
    const found: string[] = [];
    await expect(
      (async () => {
        for await (const { key } of client(url).range('a')) found.push(key.toString());
      })(),
    ).rejects.toMatchObject({ code: 'KV_UNREACHABLE' });
    expect(found).toEqual(['a']);
  });
});

test('frames come back whole from a body cut anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.uint8Array({ maxLength: 50 })), {
        maxLength: 20,
      }),
      fc.array(fc.nat(40), { maxLength: 60 }),
      async (entries, cuts) => {
        const body = Buffer.concat([encodeEntries(entries, 'frames'), encodeEnd('frames')!]);
        async function* pieces(): AsyncGenerator<Uint8Array> {
          let at = 0;
          for (const cut of cuts) {
            yield body.subarray(at, at + cut);
            at += cut;
          }
          yield body.subarray(at);
        }
        const found: [string, string][] = [];
        for await (const { key, value } of readFrames(pieces()))
          found.push([key.toString('hex'), value.toString('hex')]);
        expect(found).toEqual(entries.map((pair) => pair.map((part) => Buffer.from(part).toString('hex'))));
      },
    ),
  );
});
