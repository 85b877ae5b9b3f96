import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type Engine, NOT_TEXT } from '../../src/engine/engine.ts';
import { exchange, request, statusOf } from '../support/raw.ts';
import { ask, get, put, startService } from '../support/service.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** In array buffers, without what merely waits for the collector. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

describe('slow clients', () => {
  test('a head that does not come to its end is 408', async () => {
    const service = await startService({ server: { headers_timeout_ms: 1_000, request_timeout_ms: 1_000 } });
    expect(statusOf(await exchange(service.port, 'GET /v0/status HTTP/1.1\r\nHost:'))).toBe(408);
  });

  test('a body that does not come to its end is 408, and nothing is stored', async () => {
    const service = await startService({ server: { headers_timeout_ms: 1_000, request_timeout_ms: 1_000 } });
    const answer = await exchange(
      service.port,
      request('PUT', '/v0/entity?id=k', ['Content-Length: 10'], 'only'),
    );
    expect(statusOf(answer)).toBe(408);
    expect(await service.engine.get(Buffer.from('k'))).toBe(undefined);
    await expect.poll(() => inFlight(service), { timeout: 20_000 }).toBe(1);
  });

  test('one that stops reading a large value or a range is cut off, and what it held is freed', async () => {
    const service = await startService({ server: { stalled_timeout_ms: 1_000 } });
    for (let i = 0; i < 8; i++)
      await service.engine.put(Buffer.from(`k${i}`), Buffer.alloc(8 * 1024 * 1024, i));
    // More than the buffers of the operating system take.
    const values = Array.from(
      { length: 8 },
      (_, i) => `GET /v0/entity?id=k${i} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ).join('');
    for (const [what, name] of [
      [values, 'cowpath_kv_in_flight_bytes'],
      [request('GET', '/v0/entities?start=k'), 'cowpath_kv_ranges'],
    ] as const) {
      let received = 0;
      const socket = connect(service.port, '127.0.0.1', () => socket.write(what));
      socket.on('error', () => undefined);
      // The first bytes show that the answer is under way; from then on nothing is read.
      await new Promise<void>((resolve) => {
        socket.on('data', (chunk) => {
          received += chunk.byteLength;
          socket.pause();
          resolve();
        });
      });
      await expect.poll(() => metric(service, name), { timeout: 30_000, interval: 100 }).toBe(0);
      const cut = new Promise((resolve) => socket.once('close', resolve));
      socket.removeAllListeners('data').on('data', (chunk) => {
        received += chunk.byteLength;
      });
      socket.resume();
      await cut;
      expect(received).toBeLessThan(8 * 8 * 1024 * 1024);
    }
    expect(service.engine.stats().open_ranges).toBe(0);
  });

  test('one that says nothing is cut off; one that idles after a slow request is not', async () => {
    const service = await startService({ server: { stalled_timeout_ms: 500 } });
    const idle = connect(service.port, '127.0.0.1', () => {
      idle.write('PUT /v0/entity?id=k HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n');
    });
    let answers = '';
    let closed = false;
    idle.on('data', (chunk) => {
      answers += chunk.toString('latin1');
    });
    idle
      .on('error', () => undefined)
      .on('close', () => {
        closed = true;
      });
    // The body's pieces come more often than the limit, and take several looks at who is stalled in all.
    for (let at = 0; at < 8 && !closed; at++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      idle.write('v');
    }
    await expect.poll(() => answers, { timeout: 20_000 }).toContain('HTTP/1.1 201');
    // By the time that this one is cut off, the other has idled for longer than the limit.
    const silent = connect(service.port, '127.0.0.1').on('error', () => undefined);
    await new Promise((resolve) => silent.once('close', resolve));
    expect(closed).toBe(false);
    idle.write('GET /v0/entity?id=k HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => answers, { timeout: 20_000 }).toContain('vvvvvvvv');
    idle.destroy();
  });

  test('twenty slow readers of a large range do not make the service hold it', async () => {
    const service = await startService();
    const value = Buffer.alloc(100_000, 1);
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => service.engine.put(Buffer.from(`k${i}`), value)),
    );
    const before = heldBytes();
    const sockets = Array.from({ length: 20 }, () => {
      const socket = connect(service.port, '127.0.0.1', () =>
        socket.write(request('GET', '/v0/entities?start=k')),
      );
      return socket.on('error', () => undefined).pause();
    });
    await expect.poll(() => service.engine.stats().open_ranges, { timeout: 10_000 }).toBe(20);
    await new Promise((resolve) => setTimeout(resolve, 500));
    // Two batches of at most 256 KiB and an entry each, encoded and not: far below the 2 GB that was asked for.
    await expect.poll(() => heldBytes() - before, { timeout: 20_000 }).toBeLessThan(20 * 4 * 400_000);
    expect(service.engine.stats().open_ranges).toBe(20);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => service.engine.stats().open_ranges, { timeout: 10_000 }).toBe(0);
  });
});

describe('limits', () => {
  test('ranges at once: one more is 503 with Retry-After', async () => {
    const service = await startService({ server: { ranges_max: 2 } });
    for (let i = 0; i < 100; i++) await put(service, `k${i}`, Buffer.alloc(200_000));
    const open = await Promise.all([1, 2].map(() => fetch(`${service.url}/v0/entities?start=k`)));
    const third = await ask(service, 'GET', '/v0/entities?start=k');
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
    for (const answer of open) await answer.body!.cancel();
    await expect
      .poll(async () => (await ask(service, 'GET', '/v0/entities?start=z')).status, { timeout: 10_000 })
      .toBe(200);
  });

  test('a range that takes too long is cut off, and the client can tell', async () => {
    const service = await startService({ server: { range_duration_ms_max: 200 } });
    for (let i = 0; i < 100; i++) await put(service, `k${i}`, Buffer.alloc(500_000));
    await expect(
      (async () => {
        const answer = await fetch(`${service.url}/v0/entities?start=k`);
        const reader = answer.body!.getReader();
        await reader.read();
        await expect.poll(() => service.engine.stats().open_ranges, { timeout: 20_000 }).toBe(0);
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow(TypeError);
  });

  test('bodies in memory: what does not fit is 503, and fits again later', async () => {
    const held: (() => void)[] = [];
    const service = await startService({
      server: { in_flight_bytes_max: 8 * 1024 * 1024 },
      around: (engine) => hold(engine, 'put', held),
    });
    const big = Buffer.alloc(5 * 1024 * 1024);
    const first = put(service, 'a', big);
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(1);
    expect(await put(service, 'b', big)).toBe(503);
    const small = put(service, 'c', 'small ones are not counted');
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(2);
    for (const release of held.splice(0)) release();
    expect([await first, await small]).toEqual([201, 201]);
    const again = put(service, 'b', big);
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(1);
    held[0]!();
    expect(await again).toBe(201);
  });

  test('connections above the maximum are closed at once', async () => {
    const service = await startService({ server: { connections_max: 2 } });
    const open = [1, 2].map(() => connect(service.port, '127.0.0.1'));
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect((await exchange(service.port, request('GET', '/v0/status'))).byteLength).toBe(0);
    for (const socket of open) socket.destroy();
  });
});

describe('a busy or failing store', () => {
  test('status and metrics are answered while every operation hangs', async () => {
    const held: (() => void)[] = [];
    const service = await startService({ around: (engine) => hold(hold(engine, 'put', held), 'get', held) });
    const waiting = Array.from({ length: 50 }, (_, i) =>
      i % 2 ? put(service, `k${i}`, 'v') : get(service, `k${i}`),
    );
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(50);
    expect((await ask(service, 'GET', '/v0/status')).status).toBe(200);
    expect(await inFlight(service)).toBe(51);
    for (const release of held.splice(0)) release();
    await Promise.all(waiting);
  });

  test('an unexpected error is a 500 that keeps its text to the log', async () => {
    const service = await startService({
      around: (engine) =>
        proxy(engine, {
          getText: () => NOT_TEXT,
          get: () => Promise.reject(new Error('secret detail')),
          range: () => ({
            next: () => Promise.reject(new Error('secret detail')),
            close: async () => undefined,
          }),
        }),
    });
    for (const path of ['/v0/entity?id=k', '/v0/entities?start=k']) {
      const answer = await ask(service, 'GET', path);
      expect([answer.status, answer.body.toString().includes('secret')]).toEqual([500, false]);
    }
    expect(service.reported.map(String)).toEqual(['Error: secret detail', 'Error: secret detail']);
  });

  test('a range that fails in its middle is cut off, not ended', async () => {
    let batches = 0;
    const service = await startService({
      around: (engine) =>
        proxy(engine, {
          range: () => ({
            next: async () => {
              batches += 1;
              await new Promise((resolve) => setTimeout(resolve, 20));
              if (batches > 2) throw new Error('broken');
              return [[Buffer.from(`k${batches}`), Buffer.from('v')] as const];
            },
            close: async () => undefined,
          }),
        }),
    });
    const answer = await exchange(service.port, request('GET', '/v0/entities?start=k'));
    expect(answer.toString()).toContain('k1\nv');
    expect(answer.toString()).not.toMatch(/\r\n0\r\n\r\n$/);
  });
});

async function metric(service: { url: string }, name: string): Promise<number> {
  const text = (await ask(service, 'GET', '/metrics')).body.toString();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1]);
}

const inFlight = (service: { url: string }): Promise<number> =>
  metric(service, 'cowpath_kv_requests_in_flight');

function proxy(engine: Engine, methods: Partial<Engine>): Engine {
  return new Proxy(engine, {
    get: (target, property) => {
      const own =
        (methods as Record<PropertyKey, unknown>)[property] ?? Reflect.get(target, property, target);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

/** Every call of one method waits until its release is called. */
function hold(engine: Engine, method: 'get' | 'put', held: (() => void)[]): Engine {
  return proxy(engine, {
    getText: () => NOT_TEXT,
    [method]: async (...args: [Uint8Array, Uint8Array]) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return method === 'put' ? engine.put(...args) : engine.get(args[0]);
    },
  });
}
