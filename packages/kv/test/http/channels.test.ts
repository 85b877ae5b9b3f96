import { channels, listen, type RequestMessage } from '@cowpath/profile';
import { expect, onTestFinished, test } from 'vitest';
import { exchange, request } from '../support/raw.ts';
import { ask, put, startService } from '../support/service.ts';

test('each request is announced once, with its time in queue, engine and socket', async () => {
  const service = await startService();
  const heard: RequestMessage[] = [];
  const began = performance.now();
  onTestFinished(
    listen(
      channels.request,
      (message) => heard.push(message),
      (error) => {
        throw error;
      },
    ),
  );
  await put(service, 'k', 'value');
  await ask(service, 'GET', '/v0/entity?id=k');
  await ask(service, 'GET', '/v0/entity?id=absent');
  await ask(service, 'DELETE', '/v0/entity?id=k');
  await put(service, 'r', 'x'.repeat(100_000));
  await ask(service, 'GET', '/v0/entities?start=r');
  await ask(service, 'GET', '/v0/status');
  await ask(service, 'GET', '/v0/entity');
  await ask(service, 'GET', '/nowhere');
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(9);
  expect(
    heard.map(({ service: name, operation, status, bytes_in, bytes_out }) => [
      name,
      operation,
      status,
      bytes_in,
      bytes_out,
    ]),
  ).toEqual([
    ['kv', 'PUT /v0/entity', 201, 5, 0],
    ['kv', 'GET /v0/entity', 200, 0, 5],
    ['kv', 'GET /v0/entity', 404, 0, 0],
    ['kv', 'DELETE /v0/entity', 202, 0, 0],
    ['kv', 'PUT /v0/entity', 201, 100_000, 0],
    ['kv', 'GET /v0/entities', 200, 0, 100_011],
    ['kv', 'GET /v0/status', 200, 0, 0],
    ['kv', 'GET /v0/entity', 400, 0, 0],
    ['kv', 'other', 400, 0, 0],
  ]);
  const total_ms = performance.now() - began;
  for (const { queue_ns, engine_ns, socket_ns, operation, status } of heard) {
    for (const time of [queue_ns, engine_ns, socket_ns]) expect(time).toBeGreaterThanOrEqual(0);
    expect((queue_ns + engine_ns + socket_ns) / 1e6).toBeLessThan(total_ms);
    if (operation !== 'other' && operation !== 'GET /v0/status' && status < 400)
      expect(engine_ns).toBeGreaterThan(0);
  }
});

test('a client that goes away is announced too, and a service that nobody hears says nothing', async () => {
  const service = await startService();
  await put(service, 'k', 'v');
  const heard: RequestMessage[] = [];
  onTestFinished(
    listen(
      channels.request,
      (message) => heard.push(message),
      () => undefined,
    ),
  );
  const half = request('PUT', '/v0/entity?id=k', ['Content-Length: 10'], 'half');
  await exchange(service.port, half, { end: true });
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(1);
  expect(heard[0]!.engine_ns).toBe(0);
});
