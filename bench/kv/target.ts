/**
 * A server to be measured, in a process of its own: `target.ts KIND DIRECTORY`. It tells its port over IPC and
 * answers `cpu` with the CPU time of all its threads in microseconds.
 *
 * - `bare`: a node:http handler that does nothing, the peer of every ratio
 * - `kv`, `kv-sync`: the service on LevelDB
 * - `redis`: the bare handler with a Redis behind it (`REDIS_PORT`), spoken to in the same process
 * - `iterate`: no server; walks the whole LevelDB each time it is asked to
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openLevelDb, serve } from '@cowpath/kv';
import { ClassicLevel } from 'classic-level';
import { RedisLine } from './redis-line.ts';

const [kind, directory] = process.argv.slice(2) as [string, string];

async function listen(): Promise<number> {
  if (kind === 'kv' || kind === 'kv-sync') {
    const engine = await openLevelDb(directory, { sync: kind === 'kv-sync' });
    return (await serve(engine, { port: 0 })).port;
  }
  if (kind === 'iterate') {
    await answerWalks();
    return 0;
  }
  const server = createServer(kind === 'redis' ? redisHandler() : (_, response) => void response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function redisHandler(): Parameters<typeof createServer>[1] {
  const redis = new RedisLine(Number(process.env.REDIS_PORT));
  return (request, response) => {
    const id = request.url!.slice(request.url!.indexOf('=') + 1);
    if (request.method === 'GET') {
      redis.get(id, (value) => {
        response.writeHead(value === undefined ? 404 : 200, { 'Content-Length': value?.byteLength ?? 0 });
        response.end(value);
      });
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      redis.set(id, Buffer.concat(chunks), () => {
        response.writeHead(201, { 'Content-Length': 0 });
        response.end();
      }),
    );
  };
}

async function answerWalks(): Promise<void> {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(`${directory}/leveldb`, {
    keyEncoding: 'view',
    valueEncoding: 'view',
  });
  await level.open();
  process.on('message', async (message) => {
    if (message !== 'walk') return;
    const iterator = level.iterator({ highWaterMarkBytes: 256 * 1024, fillCache: false });
    let entries = 0;
    for (let batch = await iterator.nextv(4_096); batch.length > 0; batch = await iterator.nextv(4_096))
      entries += batch.length;
    await iterator.close();
    process.send!({ entries });
  });
}

process.on('message', (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send!({ cpu_us: user + system });
  }
});
process.on('disconnect', () => process.exit());
process.send!({ port: await listen() });
