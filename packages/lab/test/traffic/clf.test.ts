import { describe, expect, it } from 'vitest';
import { readText } from './read.ts';

const line = (request: string, rest = ' 200 12 "-" "agent"'): string =>
  `192.0.2.1 - - [17/May/2015:10:05:03 +0200] "${request}"${rest}`;

async function only(text: string) {
  const { requests, account } = await readText(`${line('GET /first HTTP/1.1')}\n${text}\n`);
  return { request: requests.find(({ path }) => path !== '/first'), account };
}

describe('Common and Combined Log Format', () => {
  it('reads every field of Combined', async () => {
    const { requests } = await readText(
      '192.0.2.7 - alice [17/May/2015:10:05:03 +0200] "GET /books?id=1 HTTP/1.1" 404 12 "http://example.org/" "Mozilla \\"x\\"" 1234 "more"\n',
    );
    expect(requests).toEqual([
      {
        line: 1,
        at_ms: Date.UTC(2015, 4, 17, 8, 5, 3),
        method: 'GET',
        path: '/books?id=1',
        host: undefined,
        headers: { referer: 'http://example.org/', 'user-agent': 'Mozilla "x"' },
        status: 404,
        client: '192.0.2.7',
        user: 'alice',
      },
    ]);
  });

  it('reads Common, a virtual host in front, a user with spaces, IPv6', async () => {
    expect((await only(line('HEAD /a HTTP/1.0', ' 200 -'))).request).toMatchObject({
      method: 'HEAD',
      path: '/a',
      headers: {},
    });
    expect(
      (await only('example.org:443 2001:db8::1 - - [17/May/2015:10:05:03 +0000] "GET /v HTTP/2.0" 200 1'))
        .request,
    ).toMatchObject({ path: '/v', host: 'example.org:443', client: '2001:db8::1' });
    expect(
      (await only('192.0.2.1 - john q public [17/May/2015:10:05:03 +0000] "GET /u HTTP/1.1" 200 1')).request,
    ).toMatchObject({ user: 'john q public', client: '192.0.2.1' });
  });

  it('encodes what may not stand in a request line and keeps what may', async () => {
    expect((await only(line('GET /a b c HTTP/1.1'))).request?.path).toBe('/a%20b%20c');
    expect((await only(line('GET /%41?q=[x]|{y}&z=\\"1\\" HTTP/1.1'))).request?.path).toBe(
      '/%41?q=[x]|{y}&z="1"',
    );
    expect((await only(line('GET /x\\r\\nhost: evil HTTP/1.1'))).request?.path).toBe('/x%0D%0Ahost:%20evil');
    expect((await only(line('GET /caf\\xc3\\xa9 HTTP/1.1'))).request?.path).toBe('/caf%C3%A9');
    const raw = Buffer.concat([
      Buffer.from(`${line('GET /first HTTP/1.1')}\n192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /caf`),
      Buffer.of(0xe9),
      Buffer.from(' HTTP/1.1" 200 1\n'),
    ]);
    expect((await readText(raw)).requests.map(({ path }) => path)).toContain('/caf%E9');
  });

  it('takes host and path from an absolute target', async () => {
    expect((await only(line('GET http://shop.example:81/a?b#c HTTP/1.1'))).request).toMatchObject({
      path: '/a?b',
      host: 'shop.example:81',
    });
    expect((await only(line('GET http://shop.example HTTP/1.1'))).request).toMatchObject({
      path: '/',
      host: 'shop.example',
    });
    expect((await only(line('OPTIONS * HTTP/1.1'))).request).toMatchObject({ method: 'OPTIONS', path: '*' });
  });

  it.each([
    [line('-'), { skipped: { 'no-request': 1 } }],
    [line(''), { skipped: { 'no-request': 1 } }],
    [line('CONNECT mail:25 HTTP/1.1'), { skipped: { connect: 1 } }],
    ['', { skipped: { blank: 1 } }],
    ['# a comment', { skipped: { blank: 1 } }],
    [line('\\x16\\x03\\x01'), { malformed: 1 }],
    [line('GET nowhere HTTP/1.1'), { malformed: 1 }],
    ['not a log line', { malformed: 1 }],
    ['192.0.2.1 - - [17/Mai/2015:10:05:03 +0000] "GET /x HTTP/1.1" 200 1', { malformed: 1 }],
    ['192.0.2.1 - - [yesterday] "GET /x HTTP/1.1" 200 1', { malformed: 1 }],
  ])('accounts for %j', async (text, expected) => {
    const { account, request } = await only(text);
    expect(request).toBeUndefined();
    expect(account).toMatchObject({ lines: 2, requests: 1, ...expected });
  });

  it('does not send a header that could not have been', async () => {
    const { request } = await only(line('GET /h HTTP/1.1', ' 200 1 "a\\r\\nx: y" "ok"'));
    expect(request?.headers).toEqual({ 'user-agent': 'ok' });
  });

  it('reads a hostile line in linear time', async () => {
    const hostile = `192.0.2.1 - ${'a '.repeat(20_000)}[${'\\"'.repeat(20_000)}`;
    expect((await only(hostile)).account.malformed).toBe(1);
  });
});
