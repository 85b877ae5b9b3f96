/**
 * Whether flush and compaction stall the key-value service: small PUTs and GETs at a steady rate (open loop, latency
 * from when a request was due) until LevelDB has filled its write buffer many times, in turns with the bare
 * node:http handler that does nothing.
 *
 * It prints p99.9 of both and their ratio, and every stall with what covered its time: the client, the machine (an
 * idle process beside them got no turn either), the service's event loop, the engine, its queue, the socket.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelDb } from '@cowpath/kv';
import { benchCommand, numberFrom } from './command.ts';
import { measureStalls } from './kv/stalls/measure.ts';
import type { PacedRequest } from './kv/stalls/paced.ts';
import { summarise, summaryText } from './kv/stalls/summary.ts';

const flags = benchCommand({
  file: 'bench/kv-stalls.ts',
  measures:
    'p99.9 and stalls of the key-value service under steady writes, beside the bare handler, and what covered each stall.',
  takes: 'Takes four and a half minutes: twice the seconds, and filling the store.',
  examples: [
    'node bench/kv-stalls.ts',
    'node bench/kv-stalls.ts --sync --rate 1000',
    'node bench/kv-stalls.ts --seconds 10 --rate 2000 --write-buffer-kb 512   # a short look',
  ],
})
  .option('--rate <number>', 'requests a second', numberFrom(1, 100_000), 4_000)
  .option('--puts <share>', 'of them, how many are PUTs', numberFrom(0, 1), 0.5)
  .option(
    '--value-bytes <number>',
    'of a value; random, so that it does not compress',
    numberFrom(0, 1_000_000),
    1_000,
  )
  .option(
    '--keys <number>',
    'distinct keys, all there from the beginning',
    numberFrom(1, 10_000_000),
    200_000,
  )
  .option('--seconds <number>', 'load on each of the two servers', numberFrom(1, 86_400), 120)
  .option('--block <seconds>', 'load on one before the other has its turn', numberFrom(1, 600), 5)
  .option('--stall-ms <number>', 'an answer that takes longer is a stall', numberFrom(1, 60_000), 50)
  .option('--sync', 'acknowledge a write when it is on the disk', false)
  .option('--loss-window-ms <number>', 'without --sync', numberFrom(10, 3_600_000), 1_000)
  .option('--write-buffer-kb <number>', "LevelDB's write buffer", numberFrom(64, 1_048_576), 4_096)
  .option(
    '--pinned-files <number>',
    'LevelDB files held open, so that others than it free them; 0: none',
    numberFrom(0, 1_000_000),
    4_096,
  )
  .option(
    '--merging-niceness <number>',
    "by how much LevelDB's merging thread is below the others in priority; 0: not at all",
    numberFrom(0, 19),
    10,
  )
  .option('--directory <path>', 'where the data goes: on the disk to be measured', tmpdir())
  .option('--json', 'print the results as JSON', false)
  .parse()
  .opts<{
    rate: number;
    puts: number;
    valueBytes: number;
    keys: number;
    seconds: number;
    block: number;
    stallMs: number;
    sync: boolean;
    lossWindowMs: number;
    writeBufferKb: number;
    pinnedFiles: number;
    mergingNiceness: number;
    directory: string;
    json: boolean;
  }>();

const keyOf = (at: number): string => `key${String(at).padStart(9, '0')}`;
/** Values are stretches of it: making random bytes for each would cost the client its punctuality. */
const RANDOM = randomBytes(4 * 1024 * 1024);

function value(): Buffer {
  const from = Math.floor(Math.random() * (RANDOM.byteLength - flags.valueBytes));
  return RANDOM.subarray(from, from + flags.valueBytes);
}

function next(): PacedRequest {
  const key = keyOf(Math.floor(Math.random() * flags.keys));
  if (Math.random() >= flags.puts)
    return {
      operation: 'GET',
      bytes: Buffer.from(`GET /v0/entity?id=${key} HTTP/1.1\r\nHost: x\r\n\r\n`, 'latin1'),
    };
  const head = `PUT /v0/entity?id=${key} HTTP/1.1\r\nHost: x\r\nContent-Length: ${flags.valueBytes}\r\n\r\n`;
  return { operation: 'PUT', bytes: Buffer.concat([Buffer.from(head, 'latin1'), value()]) };
}

async function fill(directory: string): Promise<void> {
  const engine = await openLevelDb(directory);
  for (let at = 0; at < flags.keys; at += 1_000) {
    const count = Math.min(1_000, flags.keys - at);
    await Promise.all(
      Array.from({ length: count }, (_, i) => engine.put(Buffer.from(keyOf(at + i)), value())),
    );
  }
  await engine.compact();
  await engine.close();
}

const place = await mkdtemp(join(flags.directory, 'cowpath-bench-stalls-'));
try {
  const directory = join(place, 'data');
  await fill(directory);
  const result = await measureStalls({
    directory,
    scratch: place,
    engine: {
      sync: flags.sync,
      pinned_files_max: flags.pinnedFiles,
      merging_niceness: flags.mergingNiceness,
      write_buffer_bytes: flags.writeBufferKb * 1024,
      ...(flags.sync ? {} : { loss_window_ms: flags.lossWindowMs }),
    },
    rate_per_s: flags.rate,
    block_ms: flags.block * 1_000,
    blocks: Math.max(2, Math.round(flags.seconds / flags.block)),
    stall_ms: flags.stallMs,
    next,
    progress: (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`),
  });
  const summary = summarise(result, { stall_ms: flags.stallMs, write_buffer_kb: flags.writeBufferKb });
  console.log(flags.json ? JSON.stringify({ options: flags, ...summary }) : summaryText(summary));
} finally {
  await rm(place, { recursive: true, force: true });
}
