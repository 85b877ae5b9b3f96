import { describe, expect, test } from 'vitest';
import { chunksOf, exchange, request, statusOf } from '../support/raw.ts';
import { ask, encoded, put, type Service, startService } from '../support/service.ts';

async function records(service: Service, query: string): Promise<string[]> {
  const answer = await exchange(service.port, request('GET', `/v0/entities?${query}`));
  expect(statusOf(answer)).toBe(200);
  return chunksOf(answer).map((chunk) => chunk.toString('latin1'));
}

describe('entities', () => {
  test('one chunk a record, key LF value, in order, start in and end out, bounds absent', async () => {
    const service = await startService();
    for (const key of ['b', 'd', 'f', 'a', 'e', 'c']) await put(service, key, `value-${key}`);
    expect(await records(service, 'start=b&end=e')).toEqual(['b\nvalue-b', 'c\nvalue-c', 'd\nvalue-d']);
    expect(await records(service, 'start=aa&end=cc')).toEqual(['b\nvalue-b', 'c\nvalue-c']);
    expect(await records(service, 'start=e')).toEqual(['e\nvalue-e', 'f\nvalue-f']);
    expect(await records(service, 'start=x')).toEqual([]);
    expect(await records(service, 'start=c&end=c')).toEqual([]);
    expect(await records(service, 'start=d&end=b')).toEqual([]);
  });

  test('tombstones are not shown, empty values and newlines are', async () => {
    const service = await startService();
    for (const key of ['a', 'b', 'c', 'd'])
      await put(service, key, key === 'b' ? '' : `${key}\n\r\n0\r\n\r\n`);
    await ask(service, 'DELETE', '/v0/entity?id=c');
    expect(await records(service, 'start=a')).toEqual(['a\na\n\r\n0\r\n\r\n', 'b\n', 'd\nd\n\r\n0\r\n\r\n']);
  });

  test('order is by unsigned byte, for every byte', async () => {
    const service = await startService();
    const keys = Array.from({ length: 256 }, (_, byte) => Buffer.from([1, byte]));
    await Promise.all(
      keys.toReversed().map((key) => ask(service, 'PUT', `/v0/entity?id=${encoded(key)}`, 'v')),
    );
    const found = await records(service, 'start=%01&end=%02');
    expect(found).toEqual(keys.map((key) => `${key.toString('latin1')}\nv`));
  });

  test('the body of HTTP/1.0 is the plain records, and fetch sees the same', async () => {
    const service = await startService();
    for (const key of ['a', 'b']) await put(service, key, key.repeat(3));
    const answer = await exchange(service.port, 'GET /v0/entities?start=a HTTP/1.0\r\n\r\n');
    expect(answer.toString()).toMatch(/\r\n\r\na\naaab\nbbb$/);
    expect(answer.toString()).not.toMatch(/transfer-encoding/i);
    expect((await ask(service, 'GET', '/v0/entities?start=a')).body.toString()).toBe('a\naaab\nbbb');
  });

  test('a kept-alive connection serves the next request after a range', async () => {
    const service = await startService();
    for (let i = 0; i < 500; i++) await put(service, `k${i}`, 'x'.repeat(i));
    const range = 'GET /v0/entities?start=k HTTP/1.1\r\nHost: x\r\n\r\n';
    const answer = await exchange(service.port, range + range + request('GET', '/v0/status'));
    expect(answer.toString().match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(answer.toString()).toMatch(/"status":"ok".*\n$/);
  });

  test.each([true, false])(
    'read-ahead %s: shows one moment while every key is overwritten and deleted',
    async (read_ahead) => {
      const service = await startService({ server: { read_ahead } });
      const count = 2_000;
      const key = (i: number): string => `k${i + 10_000}`;
      await Promise.all(
        Array.from({ length: count }, (_, i) =>
          service.engine.put(Buffer.from(key(i)), Buffer.alloc(1_000, 'a')),
        ),
      );
      const response = await fetch(`${service.url}/v0/entities?start=k`);
      const reader = response.body!.getReader();
      const pieces = [(await reader.read()).value!];
      await Promise.all(
        Array.from({ length: count }, (_, i) =>
          i % 2 === 0
            ? put(service, key(i), 'b'.repeat(1_000))
            : ask(service, 'DELETE', `/v0/entity?id=${key(i)}`),
        ),
      );
      for (let piece = await reader.read(); !piece.done; piece = await reader.read())
        pieces.push(piece.value);
      const body = Buffer.concat(pieces).toString('latin1');
      expect(body).toBe(Array.from({ length: count }, (_, i) => `${key(i)}\n${'a'.repeat(1_000)}`).join(''));
    },
  );

  test('a client that leaves in the middle frees the range', async () => {
    const service = await startService();
    await Promise.all(
      Array.from({ length: 300 }, (_, i) => service.engine.put(Buffer.from(`k${i}`), Buffer.alloc(100_000))),
    );
    for (let i = 0; i < 10; i++) {
      await exchange(service.port, request('GET', '/v0/entities?start=k'), {
        until: (got) => got.byteLength > 50_000,
      });
    }
    await expect.poll(() => service.engine.stats().open_ranges, { timeout: 10_000 }).toBe(0);
    expect(service.reported).toEqual([]);
  });
});
