import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { request } from '../support/raw.ts';
import { ask, put, startService } from '../support/service.ts';

function open(port: number): Promise<{ socket: Socket; received: () => string; closed: Promise<void> }> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => resolve({ socket, received: () => received, closed }));
    const closed = new Promise<void>((done) => socket.on('close', () => done()));
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
  });
}

describe('stop', () => {
  test('finishes a PUT whose body is still coming, closes idle connections, takes no new ones, keeps the data', async () => {
    const service = await startService({ server: { stop_grace_ms: 30_000 } });
    const idle = await open(service.port);
    const half = await open(service.port);
    half.socket.write('PUT /v0/entity?id=k HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345');
    await expect
      .poll(async () => (await ask(service, 'GET', '/metrics')).body.toString(), { timeout: 10_000 })
      .toMatch(/^cowpath_kv_requests_in_flight 2$/m);
    const stopped = service.stop();
    expect(service.stop()).toBe(stopped);
    await idle.closed;
    await expect(fetch(`${service.url}/v0/status`)).rejects.toThrow();
    half.socket.write('67890');
    await half.closed;
    expect(half.received()).toMatch(/^HTTP\/1\.1 201/);
    expect(half.received()).toMatch(/Connection: close/);
    await stopped;
    await service.shut();
    const again = await startService({ directory: service.directory });
    expect((await ask(again, 'GET', '/v0/entity?id=k')).body.toString()).toBe('1234567890');
  });

  test('lets a range run to its end', async () => {
    const service = await startService({ server: { stop_grace_ms: 20_000 } });
    for (let i = 0; i < 50; i++) await put(service, `k${i}`, Buffer.alloc(300_000, 'x'));
    const reader = await open(service.port);
    reader.socket.write(request('GET', '/v0/entities?start=k'));
    await expect.poll(() => reader.received().length, { timeout: 10_000 }).toBeGreaterThan(0);
    reader.socket.pause();
    const stopped = service.stop();
    reader.socket.resume();
    await Promise.all([stopped, reader.closed]);
    expect(reader.received().endsWith('\r\n0\r\n\r\n')).toBe(true);
    expect(reader.received().length).toBeGreaterThan(50 * 300_000);
  });

  test('cuts off after the grace what does not end', async () => {
    const service = await startService({ server: { stop_grace_ms: 100 } });
    const half = await open(service.port);
    half.socket.write('PUT /v0/entity?id=k HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345');
    await expect
      .poll(async () => (await ask(service, 'GET', '/metrics')).body.toString(), { timeout: 10_000 })
      .toMatch(/^cowpath_kv_requests_in_flight 2$/m);
    await service.stop();
    await half.closed;
    expect(half.received()).toBe('');
  });

  test('writes that the engine has are answered before it ends', async () => {
    const service = await startService();
    const writes = Array.from({ length: 200 }, (_, i) => put(service, `k${i}`, 'v').catch(() => 0));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await service.shut();
    const answers = await Promise.all(writes);
    const again = await startService({ directory: service.directory });
    for (const [i, status] of answers.entries()) {
      if (status === 201) expect((await ask(again, 'GET', `/v0/entity?id=k${i}`)).status, `k${i}`).toBe(200);
    }
  });
});
