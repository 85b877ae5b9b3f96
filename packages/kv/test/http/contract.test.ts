import { describe, expect, test } from 'vitest';
import { exchange, request, statusOf } from '../support/raw.ts';
import { ask, encoded, get, put, startService } from '../support/service.ts';

describe('entity', () => {
  test('PUT 201, GET 200, overwrite, DELETE 202, GET 404, DELETE of what is absent 202', async () => {
    const service = await startService();
    expect(await put(service, 'k', 'one')).toBe(201);
    expect((await get(service, 'k')).body.toString()).toBe('one');
    expect(await put(service, 'k', 'two')).toBe(201);
    const answer = await get(service, 'k');
    expect([answer.status, answer.body.toString(), answer.headers.get('content-length')]).toEqual([
      200,
      'two',
      '3',
    ]);
    expect((await ask(service, 'DELETE', '/v0/entity?id=k')).status).toBe(202);
    expect((await get(service, 'k')).status).toBe(404);
    expect((await ask(service, 'DELETE', '/v0/entity?id=k')).status).toBe(202);
  });

  test('an empty value is a value', async () => {
    const service = await startService();
    expect(await put(service, 'k', '')).toBe(201);
    const answer = await get(service, 'k');
    expect([answer.status, answer.body.byteLength]).toEqual([200, 0]);
  });

  test('every byte in keys and values, one and two bytes long', async () => {
    const service = await startService();
    for (let byte = 0; byte < 256; byte++) {
      const key = Buffer.from([byte, (byte * 7) % 256]);
      expect(
        (await ask(service, 'PUT', `/v0/entity?id=${encoded(key)}`, Buffer.from([255 - byte, 0, byte])))
          .status,
      ).toBe(201);
    }
    for (let byte = 0; byte < 256; byte++) {
      const answer = await ask(
        service,
        'GET',
        `/v0/entity?id=${encoded(Buffer.from([byte, (byte * 7) % 256]))}`,
      );
      expect([...answer.body]).toEqual([255 - byte, 0, byte]);
    }
  });

  test('+ is a space, in every place; raw bytes above 0x7f in the request line are refused', async () => {
    const service = await startService();
    await ask(service, 'PUT', '/v0/entity?id=a+b%2Bc', 'v');
    expect((await ask(service, 'GET', '/v0/entity?id=a%20b%2Bc')).body.toString()).toBe('v');
    const raw = Buffer.from(request('GET', '/v0/entity?id=\xe9'), 'latin1');
    expect(statusOf(await exchange(service.port, raw))).toBe(400);
  });

  test('keys of 65,535 bytes and values of 8 MiB are taken, one byte more is 400 and 413', async () => {
    const service = await startService();
    const key = Buffer.alloc(65_535, 0xfe);
    const value = Buffer.alloc(8 * 1024 * 1024, 3);
    expect((await ask(service, 'PUT', `/v0/entity?id=${encoded(key)}`, value)).status).toBe(201);
    const back = await ask(service, 'GET', `/v0/entity?id=${encoded(key)}`);
    expect(back.body.equals(value)).toBe(true);
    const longer = await ask(service, 'GET', `/v0/entity?id=${encoded(Buffer.alloc(65_536, 1))}`);
    expect([longer.status, longer.body.toString()]).toEqual([
      400,
      expect.stringContaining('65536 bytes long'),
    ]);
    const larger = await ask(service, 'PUT', '/v0/entity?id=k', Buffer.alloc(8 * 1024 * 1024 + 1));
    expect([larger.status, JSON.parse(larger.body.toString()).error]).toEqual([413, 'KV_VALUE_TOO_LARGE']);
    expect((await get(service, 'k')).status).toBe(404);
  });

  test('a chunked value above 8 MiB is 413, a smaller one is stored whole', async () => {
    const service = await startService();
    const pieces = (count: number): ReadableStream =>
      ReadableStream.from(
        (function* () {
          for (let i = 0; i < count; i++) yield Buffer.alloc(65_536, i);
        })(),
      );
    const send = (count: number): Promise<Response> =>
      fetch(`${service.url}/v0/entity?id=k`, {
        method: 'PUT',
        body: pieces(count),
        duplex: 'half',
      } as RequestInit);
    expect((await send(129)).status).toBe(413);
    expect((await get(service, 'k')).status).toBe(404);
    expect((await send(20)).status).toBe(201);
    expect((await get(service, 'k')).body.byteLength).toBe(20 * 65_536);
  });

  test('a connection is good for the next request after a refused body', async () => {
    const service = await startService();
    const refused = `PUT /v0/entity?id= HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345`;
    const answer = await exchange(service.port, refused + request('GET', '/v0/status'));
    expect(answer.toString().match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
  });
});

describe('what is wrong is said', () => {
  const cases: [string, string, number, string][] = [
    ['GET', '/v0/entity', 400, "parameter 'id' is missing"],
    ['PUT', '/v0/entity', 400, "parameter 'id' is missing"],
    ['DELETE', '/v0/entity', 400, "parameter 'id' is missing"],
    ['GET', '/v0/entity?id=', 400, "parameter 'id' is empty"],
    ['GET', '/v0/entity?id', 400, "parameter 'id' is empty"],
    ['PUT', '/v0/entity?id=', 400, "parameter 'id' is empty"],
    ['DELETE', '/v0/entity?id=', 400, "parameter 'id' is empty"],
    ['GET', '/v0/entity?id=a&id=b', 400, 'more than once'],
    ['GET', '/v0/entity?id=%', 400, "has '%' at position 0"],
    ['GET', '/v0/entity?id=a%4', 400, "has '%4' at position 1"],
    ['GET', '/v0/entity?id=%gg', 400, "has '%gg'"],
    ['GET', '/v0/entity?id=k&replicas=', 400, 'ack/from'],
    ['GET', '/v0/entity?id=k&replicas=1', 400, 'ack/from'],
    ['GET', '/v0/entity?id=k&replicas=a/b', 400, 'ack/from'],
    ['GET', '/v0/entity?id=k&replicas=1/1/1', 400, 'ack/from'],
    ['GET', '/v0/entity?replicas=-1/1&id=k', 400, 'ack/from'],
    ['PUT', '/v0/entity?id=k&replicas=0/1', 400, 'ack must be at least 1'],
    ['DELETE', '/v0/entity?id=k&replicas=2/1', 400, 'ack must be at most from'],
    ['GET', '/v0/entity?id=k&replicas=1/2', 400, 'from must be at most 1'],
    ['GET', '/v0/entity?id=k&%72eplicas=1/2', 400, 'from must be at most 1'],
    ['GET', '/v0/entities', 400, "parameter 'start' is missing"],
    ['GET', '/v0/entities?start=', 400, "parameter 'start' is empty"],
    ['GET', '/v0/entities?end=a', 400, "parameter 'start' is missing"],
    ['GET', '/v0/entities?start=a&end=', 400, "parameter 'end' is empty"],
    ['GET', '/', 400, 'the paths are'],
    ['GET', '/v0', 400, 'the paths are'],
    ['GET', '/v0/entity/', 400, 'the paths are'],
    ['GET', '/v0/entityx?id=k', 400, 'the paths are'],
    ['GET', '/__proto__', 400, 'the paths are'],
    ['POST', '/v0/entity?id=k', 405, 'GET, PUT, DELETE'],
    ['PATCH', '/v0/entity?id=k', 405, 'not PATCH'],
    ['PUT', '/v0/entities?start=a', 405, 'takes GET'],
    ['DELETE', '/v0/status', 405, 'takes GET'],
    ['POST', '/metrics', 405, 'takes GET'],
  ];
  for (const [method, path, status, what] of cases) {
    test(`${method} ${path} is ${status}`, async () => {
      const service = await startService();
      const answer = await ask(
        service,
        method,
        path,
        method === 'PUT' || method === 'POST' ? 'body' : undefined,
      );
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.body.toString()).message).toContain(what);
      if (status === 405) expect(answer.headers.get('allow')).toBeTruthy();
    });
  }

  test('HEAD and OPTIONS are 405, OPTIONS * and CONNECT 4xx', async () => {
    const service = await startService();
    for (const [method, path] of [
      ['HEAD', '/v0/entity?id=k'],
      ['OPTIONS', '/v0/entity?id=k'],
      ['OPTIONS', '*'],
      ['CONNECT', 'example.org:443'],
    ] as const) {
      const status = statusOf(await exchange(service.port, request(method, path)));
      expect(status, `${method} ${path}`).toBe(path === '*' ? 400 : 405);
    }
  });

  test('replicas=1/1 is what one node has', async () => {
    const service = await startService();
    expect((await ask(service, 'PUT', '/v0/entity?id=k&replicas=1/1', 'v')).status).toBe(201);
    expect((await ask(service, 'GET', '/v0/entity?replicas=1/1&id=k')).body.toString()).toBe('v');
    expect((await ask(service, 'DELETE', '/v0/entity?id=k&replicas=1%2F1')).status).toBe(202);
  });

  test('no HTTP, no Host, a head too long, two lengths: 4xx with a reason', async () => {
    const service = await startService();
    const answers = [
      ['hello there\r\n\r\n', 400],
      ['GET /v0/status HTTP/1.1\r\n\r\n', 400],
      [`GET /v0/status HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(600_000)}\r\n\r\n`, 431],
      ['PUT /v0/entity?id=k HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd', 400],
      [
        'PUT /v0/entity?id=k HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      ],
      ['PUT /v0/entity?id=k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
      ['GET /v0/status HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ] as const;
    for (const [bytes, status] of answers) {
      expect(statusOf(await exchange(service.port, bytes)), bytes.slice(0, 60)).toBe(status);
    }
    expect((await ask(service, 'GET', '/v0/status')).status).toBe(200);
  });
});

describe('HTTP', () => {
  test('Expect: 100-continue is answered before the body; too large a body is refused before it is sent', async () => {
    const service = await startService();
    const head = (bytes: number): string =>
      `PUT /v0/entity?id=k HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${bytes}\r\n\r\n`;
    const first = await exchange(service.port, head(5), { until: (got) => got.includes('\r\n\r\n') });
    expect(statusOf(first)).toBe(100);
    const large = await exchange(service.port, head(9_000_000), { until: (got) => got.includes('\r\n\r\n') });
    expect(statusOf(large)).toBe(413);
    const whole = await exchange(service.port, `${head(5)}hello`, { until: (got) => got.includes('201') });
    expect(whole.toString()).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201/);
    expect((await get(service, 'k')).body.toString()).toBe('hello');
    expect(statusOf(await exchange(service.port, request('GET', '/v0/status', ['Expect: tea'])))).toBe(417);
  });

  test('the absolute form of a target is taken', async () => {
    const service = await startService();
    await put(service, 'k', 'v');
    const answer = await exchange(service.port, request('GET', 'http://example.org/v0/entity?id=k'));
    expect(answer.toString()).toMatch(/200 OK[\s\S]*\r\n\r\nv$/);
  });

  test('pipelined requests are answered in their order', async () => {
    const service = await startService();
    const puts = Array.from(
      { length: 50 },
      (_, i) => `PUT /v0/entity?id=k${i} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n${i + 10}`,
    );
    const gets = Array.from({ length: 50 }, (_, i) => `GET /v0/entity?id=k${i} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const first = await exchange(service.port, puts.join('') + request('GET', '/v0/status'));
    expect(first.toString().match(/HTTP\/1\.1 201/g)).toHaveLength(50);
    const second = await exchange(service.port, gets.join('') + request('GET', '/v0/status'));
    expect(
      second
        .toString()
        .match(/\r\n\r\n\d\d(?=HTTP)/g)!
        .map((text) => Number(text.trim())),
    ).toEqual(Array.from({ length: 50 }, (_, i) => i + 10));
  });

  test('ten writers at once, each sees its own writes', async () => {
    const service = await startService();
    await Promise.all(
      Array.from({ length: 10 }, async (_, writer) => {
        for (let i = 0; i < 100; i++) {
          expect(await put(service, `w${writer}-${i % 20}`, `${writer}:${i}`)).toBe(201);
          expect((await get(service, `w${writer}-${i % 20}`)).body.toString()).toBe(`${writer}:${i}`);
        }
      }),
    );
  });

  test('a restart keeps the data, a wiped directory is empty', async () => {
    const first = await startService();
    await put(first, 'kept', 'v');
    await put(first, 'gone', 'v');
    await ask(first, 'DELETE', '/v0/entity?id=gone');
    await first.shut();
    const second = await startService({ directory: first.directory });
    expect((await get(second, 'kept')).body.toString()).toBe('v');
    expect((await get(second, 'gone')).status).toBe(404);
    await second.shut();
    const { rm } = await import('node:fs/promises');
    await rm(first.directory, { recursive: true });
    const third = await startService({ directory: first.directory });
    expect((await get(third, 'kept')).status).toBe(404);
  });
});
