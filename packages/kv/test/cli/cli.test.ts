import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { newDirectory } from '../support/places.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=@cowpath/source', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(...args);
  let out = '';
  let err = '';
  child.stdout!.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it said, a line each. */
  readonly lines: string[];
}

async function served(...args: string[]): Promise<Served> {
  const child = start('serve', '--port', '0', '--json', ...args);
  const lines: string[] = [];
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
    lines.splice(0, lines.length, ...text.split('\n').filter((line) => line !== ''));
  });
  await expect.poll(() => lines.length, { timeout: 120_000 }).toBeGreaterThan(0);
  return { child, url: JSON.parse(lines[0]!).url, lines };
}

test('serve: listens, serves, says its durability, ends on SIGTERM with code 0, and keeps what was accepted', {
  timeout: 240_000,
}, async () => {
  const data = join(await newDirectory(), 'data');
  const first = await served('--data', data, '--sync');
  expect(JSON.parse(first.lines[0]!)).toMatchObject({
    event: 'listening',
    data,
    durability: { kind: 'synced' },
  });
  expect((await fetch(`${first.url}/v0/entity?id=k`, { method: 'PUT', body: 'v' })).status).toBe(201);
  const status = await run('status', first.url, '--json');
  expect([status.code, JSON.parse(status.out).status]).toEqual([0, 'ok']);
  first.child.kill('SIGTERM');
  expect(await once(first.child, 'close')).toEqual([0, null]);
  expect(first.lines.map((line) => JSON.parse(line).event)).toEqual(['listening', 'stopping', 'stopped']);
  const second = await served('--data', data, '--loss-window-ms', '500');
  expect(JSON.parse(second.lines[0]!).durability).toEqual({ kind: 'window', window_ms: 500 });
  expect(await (await fetch(`${second.url}/v0/entity?id=k`)).text()).toBe('v');
  const locked = await run('serve', '--data', data, '--port', '0');
  expect([locked.code, locked.err]).toEqual([2, expect.stringContaining('[KV_DATA_LOCKED]')]);
  second.child.kill('SIGINT');
  expect(await once(second.child, 'close')).toEqual([0, null]);
  const compacted = await run('compact', '--data', data, '--json');
  expect(Object.keys(JSON.parse(compacted.out))).toEqual(['before_bytes', 'after_bytes']);
});

test('a second signal ends it at once', { timeout: 240_000 }, async () => {
  const { child, url, lines } = await served('--data', join(await newDirectory(), 'data'));
  const half = fetch(`${url}/v0/entity?id=k`, {
    method: 'PUT',
    duplex: 'half',
    body: new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(3)) }),
  } as RequestInit).catch(() => undefined);
  await expect
    .poll(async () => (await fetch(`${url}/metrics`)).text(), { timeout: 60_000 })
    .toMatch(/in_flight 2$/m);
  child.kill('SIGTERM');
  await expect.poll(() => lines.length, { timeout: 60_000 }).toBe(2);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
  await half;
});

test('a port in use, a data directory that is a file, and no service are said with code 2', {
  timeout: 240_000,
}, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const busy = await run('serve', '--data', join(await newDirectory(), 'data'), '--port', String(port));
  expect([busy.code, busy.err]).toEqual([2, expect.stringContaining(`port ${port} on 127.0.0.1 is in use`)]);
  const file = await run('serve', '--data', main, '--port', '0');
  expect([file.code, file.err]).toEqual([2, expect.stringContaining('[KV_DATA_NOT_WRITABLE]')]);
  const nobody = await run('status', 'http://127.0.0.1:1');
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('[KV_UNREACHABLE]')]);
});

test('help has examples, a misspelt option a suggestion, a wrong number an error', {
  timeout: 240_000,
}, async () => {
  const help = await run('serve', '--help');
  expect([help.code, help.out]).toEqual([
    0,
    expect.stringContaining('cowpath-kv serve --data ./data --port 8080 --sync'),
  ]);
  const misspelt = await run('serve', '--data', 'x', '--prot', '1');
  expect([misspelt.code, misspelt.err]).toEqual([1, expect.stringContaining('Did you mean --port?')]);
  const number = await run('serve', '--data', 'x', '--port', '80x');
  expect([number.code, number.err]).toEqual([1, expect.stringContaining('expected a whole number')]);
  const outside = await run('serve', '--data', 'x', '--port', '99999');
  expect([outside.code, outside.err]).toEqual([1, expect.stringContaining('from 0 to 65535')]);
  const both = await run('serve', '--data', 'x', '--sync', '--loss-window-ms', '100');
  expect([both.code, both.err]).toEqual([1, expect.stringContaining("'--loss-window-ms <number>'")]);
  const missing = await run('serve');
  expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('--data')]);
});

test('what is no data directory is not compacted, and none is made; an address without a name, and no URL', {
  timeout: 240_000,
}, async () => {
  const place = await newDirectory();
  const absent = await run('compact', '--data', join(place, 'absent'));
  expect([absent.code, absent.err]).toEqual([2, expect.stringContaining('[KV_DATA_FOREIGN]')]);
  expect(await readdir(place)).toEqual([]);
  const nameless = await run('serve', '--data', join(place, 'data'), '--port', '0', '--host', 'no.invalid');
  expect([nameless.code, nameless.err]).toEqual([2, expect.stringContaining('--host')]);
  const url = await run('status', 'nonsense');
  expect([url.code, url.err]).toEqual([1, expect.stringContaining('expected a URL')]);
});
