import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpClient, type HttpClientOptions } from '../../src/client/http-client.ts';
import { parseTarget } from '../../src/client/target.ts';
import { encodeRequest } from '../../src/plan/wire.ts';
import { type Answer, fetchAnswer } from '../../src/prove/fetch-answer.ts';

const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => server.close());
  return (server.address() as { port: number }).port;
}

async function httpServer(listener: RequestListener): Promise<number> {
  const server = createHttpServer(listener);
  toClose.push(() => server.closeAllConnections());
  return listening(server);
}

/** A server that sends what the test says. */
async function rawServer(onSocket: (socket: Socket, number: number) => void): Promise<number> {
  let number = 0;
  return listening(
    createServer((socket) => {
      socket.on('error', () => {});
      toClose.push(() => socket.destroy());
      onSocket(socket, ++number);
    }),
  );
}

function clientOf(
  port: number,
  options: Partial<HttpClientOptions> = {},
): { client: HttpClient; ask: (path?: string, method?: string, body?: string) => Promise<Answer> } {
  const target = parseTarget(`http://127.0.0.1:${port}`);
  const client = new HttpClient(target, { connections_max: 4, timeout_ms: 5_000, ...options });
  toClose.push(() => client.close());
  const ask = (path = '/', method = 'GET', body?: string): Promise<Answer> =>
    fetchAnswer(client, {
      wire: encodeRequest(
        {
          method,
          path,
          host: target.host,
          headers: {},
          body: body === undefined ? undefined : Buffer.from(body),
        },
        target,
      ),
      method,
      safe: method !== 'POST',
    });
  return { client, ask };
}

describe('HttpClient', () => {
  it('keeps a connection alive and sends bodies', async () => {
    const sockets = new Set<Socket>();
    const port = await httpServer((request, response) => {
      sockets.add(request.socket);
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (piece) => (body += piece));
      request.on('end', () => response.end(`${request.method} ${request.url} ${body}`));
    });
    const { ask, client } = clientOf(port);
    expect((await ask('/a?b=c')).body.toString()).toBe('GET /a?b=c ');
    expect((await ask('/p', 'POST', 'päper')).body.toString()).toBe('POST /p päper');
    expect((await ask('/h', 'HEAD')).status).toBe(200);
    expect((await ask('/after-head')).body.toString()).toBe('GET /after-head ');
    expect(sockets.size).toBe(1);
    expect(client.opened).toBe(1);
  });

  it('opens no more connections than it may, and serves those who wait in order', async () => {
    const port = await httpServer((request, response) => setTimeout(() => response.end(request.url), 5));
    const { ask, client } = clientOf(port, { connections_max: 2 });
    const order: string[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => order.push((await ask(`/${i}`)).body.toString())),
    );
    expect(client.opened).toBe(2);
    expect([...order].sort()).toEqual(Array.from({ length: 20 }, (_, i) => `/${i}`).sort());
    // Two connections: nobody is overtaken by more than the one on the other.
    order.forEach((path, i) => {
      expect(Math.abs(Number(path.slice(1)) - i)).toBeLessThanOrEqual(1);
    });
  });

  it('sends again what met a kept-alive connection that was closed, and counts it', async () => {
    const port = await rawServer((socket, number) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na');
        // The first connection takes the second request and closes without a byte.
        if (number === 1) socket.once('data', () => socket.destroy());
        else socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nb'));
      });
    });
    const { ask, client } = clientOf(port);
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
    expect(client.retried).toBe(1);
  });

  it('times out what it sends again as if it had been sent once', async () => {
    const hung: Socket[] = [];
    const port = await rawServer((socket, number) => {
      socket.once('data', () => {
        if (number > 1) return;
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na');
        // Lets the second request wait for a while, then closes without a byte.
        socket.once('data', () => hung.push(socket));
      });
    });
    const { ask, client } = clientOf(port, { timeout_ms: 1_000 });
    await ask();
    const from = performance.now();
    const second = ask();
    setTimeout(() => hung[0]?.destroy(), 600);
    expect((await second).error).toBe('timeout');
    const took_ms = performance.now() - from;
    // Sent again or, on a machine so busy that the closing came too late, not.
    if (client.retried === 1) expect(took_ms).toBeLessThan(1_500);
  });

  it('does not send a POST twice', async () => {
    const port = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na');
        socket.once('data', () => socket.destroy());
      });
    });
    const { ask, client } = clientOf(port);
    await ask();
    expect((await ask('/', 'POST', 'x')).error).toBe('reset');
    expect(client.retried).toBe(0);
  });

  it('names what went wrong', async () => {
    const silent = await rawServer(() => {});
    expect((await clientOf(silent, { timeout_ms: 50 }).ask()).error).toBe('timeout');
    const closing = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')),
    );
    expect((await clientOf(closing).ask()).error).toBe('reset');
    const other = await rawServer((socket) => socket.end('220 mail.example.org ESMTP\r\n'));
    expect((await clientOf(other).ask()).error).toBe('protocol');
    const server = createServer();
    const gone = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect((await clientOf(gone).ask()).error).toBe('refused');
    const unknown = parseTarget('http://no-such-name.invalid');
    const client = new HttpClient(unknown, { connections_max: 1, timeout_ms: 50_000 });
    toClose.push(() => client.close());
    const wire = encodeRequest({ method: 'GET', path: '/', host: unknown.host, headers: {} }, unknown);
    expect((await fetchAnswer(client, { wire, method: 'GET', safe: true })).error).toBe('dns');
  });

  it('times out those who wait for a connection too, and settles all when it is closed', async () => {
    const silent = await rawServer(() => {});
    const slow = clientOf(silent, { connections_max: 1, timeout_ms: 60 });
    expect((await Promise.all([slow.ask(), slow.ask(), slow.ask()])).map(({ error }) => error)).toEqual([
      'timeout',
      'timeout',
      'timeout',
    ]);
    const { ask, client } = clientOf(silent, { connections_max: 1 });
    const answers = [ask(), ask(), ask()];
    client.close();
    answers.push(ask());
    expect((await Promise.all(answers)).map(({ error }) => error)).toEqual([
      'aborted',
      'aborted',
      'aborted',
      'aborted',
    ]);
    expect(client.inFlight).toBe(0);
  });
});

describe('parseTarget', () => {
  it.each([
    [
      'localhost:3000',
      { hostname: 'localhost', port: 3000, host: 'localhost:3000', basePath: '', secure: false },
    ],
    [
      'https://example.org/base/',
      { hostname: 'example.org', port: 443, host: 'example.org', basePath: '/base', secure: true },
    ],
    ['http://[::1]:8080', { hostname: '::1', port: 8080, host: '[::1]:8080', basePath: '', secure: false }],
  ])('reads %s', (text, expected) => {
    expect(parseTarget(text)).toMatchObject(expected);
  });

  it.each(['', 'ftp://example.org', 'http://', 'http://user:secret@example.org'])(
    'refuses %j, without repeating a secret',
    (text) => {
      expect(() => parseTarget(text)).toThrow(
        expect.objectContaining({ code: 'BAD_TARGET', message: expect.not.stringContaining('secret') }),
      );
    },
  );
});
