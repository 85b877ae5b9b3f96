import { describe, expect, it } from 'vitest';
import { readText } from './read.ts';

const json = (...records: unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('JSON lines', () => {
  it('reads the documented fields', async () => {
    const { requests, format } = await readText(
      json({
        time: '2026-11-21T09:00:00.250Z',
        method: 'post',
        path: '/cart?x=ü',
        host: 'shop',
        status: 201,
        headers: { Cookie: ['a=1', 'b=2'], Host: 'no', 'Content-Length': '9', 'X-Name': 'Łukasz' },
        body: { id: 7 },
        route: '/cart',
        user: 'eve',
        client: '192.0.2.9',
      }),
    );
    expect(format).toBe('json-lines');
    expect(requests).toEqual([
      {
        line: 1,
        at_ms: Date.UTC(2026, 10, 21, 9, 0, 0, 250),
        method: 'POST',
        path: '/cart?x=%C3%BC',
        host: 'shop',
        headers: { cookie: 'a=1; b=2', 'x-name': Buffer.from('Łukasz').toString('latin1') },
        body: Buffer.from('{"id":7}'),
        status: 201,
        route: '/cart',
        client: '192.0.2.9',
        user: 'eve',
      },
    ]);
  });

  it.each([
    [
      'pino-http: stamped at the end',
      {
        level: 30,
        time: 1_795_252_000_120,
        req: { method: 'GET', url: '/p', headers: { host: 'h' }, remoteAddress: '::1' },
        res: { statusCode: 200 },
        responseTime: 20,
      },
      { at_ms: 1_795_252_000_100, path: '/p', host: 'h', status: 200, client: '::1' },
    ],
    [
      'Caddy: seconds, stamped at the end',
      {
        ts: 1_795_252_000.5,
        request: {
          remote_ip: '192.0.2.1',
          method: 'GET',
          host: 'c',
          uri: '/c',
          headers: { 'User-Agent': ['curl'] },
        },
        duration: 0.25,
        status: 304,
      },
      { at_ms: 1_795_252_000_250, path: '/c', host: 'c', status: 304, headers: { 'user-agent': 'curl' } },
    ],
    [
      'nginx: request line',
      {
        time_local: '17/May/2015:10:05:03 +0000',
        request: 'GET /n HTTP/1.1',
        status: '200',
        remote_addr: '192.0.2.1',
      },
      { at_ms: Date.UTC(2015, 4, 17, 10, 5, 3), method: 'GET', path: '/n', status: 200, client: '192.0.2.1' },
    ],
    [
      'nginx: parts',
      { msec: '1795252000.125', request_method: 'HEAD', request_uri: '/m' },
      { at_ms: 1_795_252_000_125, method: 'HEAD', path: '/m' },
    ],
    [
      'a URL',
      { ts: 12, url: 'https://example.org/u?v' },
      { at_ms: 12_000, method: 'GET', path: '/u?v', host: 'example.org' },
    ],
  ])('reads %s', async (_, record, expected) => {
    expect((await readText(json(record))).requests[0]).toMatchObject(expected);
  });

  it('accounts for every line', async () => {
    const good = { path: '/' };
    const { account } = await readText(
      `${json(good)}\n{ half\n[1]\n${json({ msg: 'started' }, { path: 7 }, { path: '/', time: 'soon' }, { path: '/', method: 'B@D' }, { path: '/', headers: 'x' }, { path: '/', headers: { 'a b': '1' } }, { path: '/', headers: { a: '1\r\nb: 2' } }, { path: '/', body: 'x', body_encoding: 'rot13' }, { method: 'CONNECT', path: '/x' }, { request: 'nonsense' })}`,
    );
    expect(account).toMatchObject({
      lines: 14,
      requests: 1,
      skipped: { blank: 1, 'not-a-request': 1, connect: 1 },
      malformed: 10,
      without_time: 1,
    });
    expect(account.malformed_first.map(({ line }) => line)).toEqual([3, 4, 6, 7, 8, 9, 10, 11, 12, 14]);
  });

  it('does not split a line at U+2028 or a lone carriage return', async () => {
    const { account, requests } = await readText(
      `{"path":"/a","user":"x\u2028y"}\r\n${JSON.stringify({ path: '/b' })}`,
    );
    expect(account.lines).toBe(2);
    expect(requests[0]?.user).toBe('x\u2028y');
  });
});

describe('capture', () => {
  const header = { format: 'cowpath-capture', version: 1, started: '2026-11-21T09:00:00Z', bodies: true };

  it('reads requests, several processes, base64 bodies and the end', async () => {
    const { requests, account, format } = await readText(
      json(
        header,
        {
          at_ms: 1.5,
          method: 'GET',
          path: '/a',
          headers: { cookie: 'session=redacted:9f86d081884c' },
          route: '/:x',
          status: 200,
          duration_ms: 3,
        },
        {
          at_ms: 9,
          method: 'POST',
          path: '/b',
          body: Buffer.of(0, 255).toString('base64'),
          body_encoding: 'base64',
        },
        { end: true, requests: 2, dropped: 0 },
        { ...header, started: '2026-11-21T08:00:00Z' },
        { at_ms: 0, method: 'GET', path: '/earlier' },
      ),
    );
    expect(format).toBe('capture');
    expect(requests.map(({ path }) => path)).toEqual(['/earlier', '/a', '/b']);
    expect(requests[1]).toMatchObject({ at_ms: Date.UTC(2026, 10, 21, 9) + 1.5, route: '/:x' });
    expect(requests[2]?.body).toEqual(Buffer.of(0, 255));
    expect(account).toMatchObject({
      lines: 6,
      requests: 3,
      skipped: { 'not-a-request': 3 },
      malformed: 0,
      out_of_order: 1,
    });
  });

  it('accounts for what cannot be replayed', async () => {
    const { account } = await readText(
      `${json(header, { at_ms: 0, method: 'GET', path: '/' }, { at_ms: 1, method: 'POST', path: '/', body_truncated: true }, { method: 'GET', path: '/' })}{"at_ms": 3, "met`,
    );
    expect(account).toMatchObject({ lines: 5, requests: 1, malformed: 3 });
  });

  it('says so when the version is another', async () => {
    await expect(readText(json({ ...header, version: 2 }))).rejects.toThrow(
      expect.objectContaining({ code: 'LOG_FORMAT_UNKNOWN', message: expect.stringContaining('version 2') }),
    );
  });
});

describe('times in JSON lines', () => {
  it('rejects what is finer than milliseconds, which would be a pace of its own', async () => {
    const { account, requests } = await readText(
      json(
        { time: 1_763_715_600_250, path: '/ms' },
        { time: 1_763_715_600_250_000, path: '/us' },
        { time: 1_763_715_600_250_000_000, path: '/ns' },
      ),
    );
    expect(requests.map(({ path }) => path)).toEqual(['/ms']);
    expect(account.malformed_first.map(({ why }) => why)).toEqual([
      expect.stringContaining('time'),
      expect.stringContaining('time'),
    ]);
  });
});

describe('HAR', () => {
  const entry = (request: object, more = {}) => ({
    startedDateTime: '2026-11-21T09:00:00.000Z',
    request,
    ...more,
  });
  const har = (...entries: unknown[]): string =>
    JSON.stringify({ log: { version: '1.2', entries } }, undefined, 2);

  it('sends a form whose fields alone were saved', async () => {
    const form = (mimeType: string) => ({
      method: 'POST',
      url: 'https://example.org/b',
      headers: [{ name: 'content-type', value: mimeType }],
      postData: { mimeType, params: [{ name: 'a', value: '1 & 2' }, { name: 'b' }] },
    });
    const { requests, account } = await readText(
      har(
        entry(form('application/x-www-form-urlencoded; charset=utf-8')),
        entry(form('multipart/form-data; boundary=x')),
      ),
    );
    expect(requests.map(({ body }) => body?.toString())).toEqual(['a=1+%26+2&b=']);
    expect(account.malformed_first[0]!.why).toContain('body');
  });

  it('reads entries', async () => {
    const { requests, account, format } = await readText(
      har(
        entry(
          {
            method: 'GET',
            url: 'https://example.org/a#frag',
            headers: [
              { name: ':authority', value: 'example.org' },
              { name: 'Accept', value: 'a' },
              { name: 'accept', value: 'b' },
            ],
          },
          { response: { status: 200 } },
        ),
        entry({ method: 'POST', url: 'https://example.org/b', headers: [], postData: { text: 'x=1' } }),
        entry({ method: 'GET', url: 'data:image/png;base64,AA' }),
        {},
      ),
    );
    expect(format).toBe('har');
    expect(requests).toMatchObject([
      { path: '/a', host: 'example.org', headers: { accept: 'a, b' }, status: 200 },
      { method: 'POST', body: Buffer.from('x=1') },
    ]);
    expect(account).toMatchObject({ lines: 4, requests: 2, skipped: { 'not-a-request': 1 }, malformed: 1 });
  });

  it('reads one on a single line, and refuses one cut short', async () => {
    expect(
      (await readText(JSON.stringify({ log: { entries: [entry({ method: 'GET', url: 'http://x/' })] } })))
        .format,
    ).toBe('har');
    await expect(readText(har(entry({ url: 'http://x/' })).slice(0, -5))).rejects.toThrow(
      expect.objectContaining({ code: 'LOG_UNREADABLE' }),
    );
  });
});
