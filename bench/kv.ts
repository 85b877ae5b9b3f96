/**
 * What the key-value service costs, as ratios against peers measured in the same run, interleaved:
 *
 * - server CPU of a GET and of a PUT of 100 bytes, against a node:http handler that does nothing, and against
 *   the same handler with a Redis behind it (where redis-server is installed)
 * - p99.9 and the longest answer against the bare handler's
 * - a whole range against LevelDB's own iteration
 *
 * Throughput per CPU is requests per second of server CPU; 1 means that the service costs nothing over its peer.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelDb } from '@cowpath/kv';
import { benchCommand, wholeFrom } from './command.ts';
import { drain, type LoadResult, load } from './kv/load.ts';
import { processCpu_us, Target } from './kv/process.ts';
import { pairedRatio, quantile, type Ratio } from './kv/statistics.ts';

const KEYS = 100_000;
const VALUE = Buffer.alloc(100, 'v');
const RANGE_ENTRIES = 300_000;
const CONNECTIONS = 32;

interface Flags {
  readonly rounds: number;
  readonly blockMs: number;
  readonly json: boolean;
}

const flags = benchCommand({
  file: 'bench/kv.ts',
  measures:
    'What a GET, a PUT and a range cost in the key-value service, as ratios against a bare node:http handler, the same with Redis behind it, and LevelDB alone.',
  takes: 'Takes three and a half minutes.',
  examples: ['node bench/kv.ts', 'node bench/kv.ts --rounds 2 --block-ms 200   # a short look'],
})
  .option('--rounds <number>', 'interleaved rounds', wholeFrom(1, 10_000), 20)
  .option('--block-ms <number>', 'load on each server in each round', wholeFrom(50, 600_000), 1_000)
  .option('--json', 'print the results as JSON', false)
  .parse()
  .opts<Flags>();

interface Block {
  readonly requestsPerCpuSecond: number;
  readonly p999_ms: number;
  readonly longest_ms: number;
  readonly overStall: number;
}

/** An answer that takes longer counts as a stall. */
const STALL_MS = 50;

const key = (): string => `key${String(Math.floor(Math.random() * KEYS)).padStart(9, '0')}`;
const getRequest = (): Buffer =>
  Buffer.from(`GET /v0/entity?id=${key()} HTTP/1.1\r\nHost: x\r\n\r\n`, 'latin1');
const putRequest = (): Buffer =>
  Buffer.from(
    `PUT /v0/entity?id=${key()} HTTP/1.1\r\nHost: x\r\nContent-Length: ${VALUE.length}\r\n\r\n${VALUE}`,
    'latin1',
  );

async function block(target: Target, next: () => Buffer, extraCpu: () => number): Promise<Block> {
  const before = (await target.cpu_us()) + extraCpu();
  const result: LoadResult = await load({
    port: target.port,
    connections: CONNECTIONS,
    duration_ms: flags.blockMs,
    next,
    statuses: [200, 201],
  });
  const cpu_us = (await target.cpu_us()) + extraCpu() - before;
  const sorted = result.latencies_ms.sort((a, b) => a - b);
  return {
    requestsPerCpuSecond: result.requests / (cpu_us / 1e6),
    p999_ms: quantile(sorted, 0.999),
    longest_ms: sorted.at(-1) ?? Number.NaN,
    overStall: sorted.filter((latency) => latency > STALL_MS).length,
  };
}

interface Redis {
  readonly port: number;
  readonly child: ChildProcess;
}

async function startRedis(directory: string): Promise<Redis | undefined> {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    console.error('redis-server is not installed: the comparison with Redis is left out');
    return undefined;
  }
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const child = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--appendonly',
      'yes',
      '--appendfsync',
      'everysec',
      '--save',
      '',
      '--dir',
      directory,
    ],
    { stdio: 'ignore' },
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { port, child };
}

async function main(): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), 'cowpath-bench-kv-'));
  const redis = await startRedis(place);
  const results: Record<string, unknown> = {};
  try {
    await prepare(join(place, 'small'), KEYS);
    await prepare(join(place, 'range'), RANGE_ENTRIES);
    const targets = [
      await Target.start('bare', ''),
      await Target.start('kv', join(place, 'small')),
      ...(redis ? [await Target.start('redis', '', { REDIS_PORT: String(redis.port) })] : []),
    ];
    const redisCpu = (kind: string) => (): number =>
      kind === 'redis' ? processCpu_us(redis!.child.pid!) : 0;
    // PUT first: it also fills Redis, so that its GETs find what they ask for.
    for (const [operation, next] of [
      ['PUT', putRequest],
      ['GET', getRequest],
    ] as const) {
      if (operation === 'GET' && redis) await everyKey(targets.at(-1)!, 'PUT');
      const blocks: Record<string, Block[]> = Object.fromEntries(targets.map(({ kind }) => [kind, []]));
      for (const target of targets) {
        // Caches, ours as the others', are measured as they are after every key has been asked for once.
        if (operation === 'GET') await everyKey(target, 'GET');
        await block(target, next, () => 0);
      }
      for (let round = 0; round < flags.rounds; round++) {
        const order = round % 2 === 0 ? targets : targets.toReversed();
        for (const target of order)
          blocks[target.kind]!.push(await block(target, next, redisCpu(target.kind)));
        progress(`${operation} round ${round + 1} of ${flags.rounds}`);
      }
      results[operation] = compare(operation, blocks);
    }
    for (const target of targets) await target.stop();
    results.range = await ranges(join(place, 'range'));
  } finally {
    redis?.child.kill();
    await rm(place, { recursive: true, force: true });
  }
  if (flags.json) console.log(JSON.stringify(results));
}

function compare(operation: string, blocks: Record<string, Block[]>): Record<string, Ratio> {
  const ratios: Record<string, Ratio> = {};
  const ratio = (name: string, of: string, against: string, measure: (block: Block) => number): void => {
    ratios[name] = pairedRatio(
      blocks[of]!.map((one, at) => [measure(one), measure(blocks[against]![at]!)] as const),
    );
    say(`${operation} ${name}`, ratios[name]);
  };
  ratio('throughput per CPU, service / bare handler', 'kv', 'bare', (one) => one.requestsPerCpuSecond);
  if (blocks.redis)
    ratio(
      'throughput per CPU, service / Redis behind the bare handler',
      'kv',
      'redis',
      (one) => one.requestsPerCpuSecond,
    );
  ratio('p99.9, service / bare handler', 'kv', 'bare', (one) => one.p999_ms);
  for (const kind of Object.keys(blocks)) {
    const stalls = blocks[kind]!.reduce((sum, one) => sum + one.overStall, 0);
    const longest = Math.max(...blocks[kind]!.map((one) => one.longest_ms));
    if (!flags.json)
      console.log(
        `${operation} ${kind}: longest answer ${longest.toFixed(1)} ms, ${stalls} above ${STALL_MS} ms`,
      );
  }
  return ratios;
}

async function ranges(directory: string): Promise<Ratio> {
  const pairs: [number, number][] = [];
  const service = await Target.start('kv', directory);
  const timeService = async (): Promise<number> => {
    const began = performance.now();
    const bytes = await drain(service.port, '/v0/entities?start=k');
    if (bytes < RANGE_ENTRIES * VALUE.length) throw new Error(`the range had ${bytes} bytes only`);
    return performance.now() - began;
  };
  // LevelDB has one owner at a time: its own iteration walks a copy.
  const raw = await Target.start('iterate', `${directory}-copy`);
  const timeRaw = async (): Promise<number> => {
    const began = performance.now();
    if ((await raw.walk()) !== RANGE_ENTRIES) throw new Error('entries are missing');
    return performance.now() - began;
  };
  await timeService();
  await timeRaw();
  for (let round = 0; round < flags.rounds; round++) {
    if (round % 2 === 0) {
      const ours = await timeService();
      pairs.push([await timeRaw(), ours]);
    } else {
      const theirs = await timeRaw();
      pairs.push([theirs, await timeService()]);
    }
    progress(`range round ${round + 1} of ${flags.rounds}`);
  }
  await service.stop();
  await raw.stop();
  const ratio = pairedRatio(pairs);
  say('range: entries a second, service / raw LevelDB iteration', ratio);
  return ratio;
}

async function prepare(directory: string, entries: number): Promise<void> {
  for (const place of entries === RANGE_ENTRIES ? [directory, `${directory}-copy`] : [directory]) {
    const engine = await openLevelDb(place);
    for (let at = 0; at < entries; at += 1_000) {
      await Promise.all(
        Array.from({ length: 1_000 }, (_, i) =>
          engine.put(Buffer.from(`key${String(at + i).padStart(9, '0')}`), VALUE),
        ),
      );
    }
    await engine.compact();
    await engine.close();
  }
}

/** Every key once: a PUT so that no GET of Redis is a miss, a GET to warm up. */
async function everyKey(target: Target, method: 'GET' | 'PUT'): Promise<void> {
  let at = 0;
  const next = (): Buffer => {
    const line = `${method} /v0/entity?id=key${String(at++ % KEYS).padStart(9, '0')} HTTP/1.1\r\nHost: x\r\n`;
    return Buffer.from(
      `${line}${method === 'PUT' ? `Content-Length: ${VALUE.length}\r\n\r\n${VALUE}` : '\r\n'}`,
      'latin1',
    );
  };
  while (at < KEYS) {
    await load({
      port: target.port,
      connections: CONNECTIONS,
      duration_ms: 1_000,
      next,
      statuses: [200, 201],
    });
  }
}

function say(what: string, { ratio, low, high, pairs }: Ratio): void {
  if (!flags.json)
    console.log(`${what}: ${ratio.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] (${pairs} pairs)`);
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

await main();
