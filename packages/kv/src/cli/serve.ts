import { type Command, Option } from 'commander';
import { KvError } from '../contract/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { openLevelDb } from '../engine/leveldb/leveldb-engine.ts';
import { type KvServer, serve } from '../http/server.ts';
import { wholeNumber } from './numbers.ts';

interface ServeFlags {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly sync: boolean;
  readonly lossWindowMs: number;
  readonly cacheMb: number;
  readonly reads: 'adaptive' | 'sync' | 'grouped';
  readonly diskReserveMb: number;
  readonly connectionsMax: number;
  readonly stopGraceMs: number;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  $ cowpath-kv serve --data ./data
  $ cowpath-kv serve --data ./data --port 8080 --sync
  $ curl -X PUT --data-binary hello 'http://127.0.0.1:8080/v0/entity?id=greeting'
  $ curl 'http://127.0.0.1:8080/v0/entity?id=greeting'
  $ curl 'http://127.0.0.1:8080/v0/entities?start=a&end=z'
  $ curl http://127.0.0.1:8080/v0/status

Durability:
  with --sync      a write is acknowledged when it is on the disk: a power failure loses none
  without          the death of the process loses none; a power failure those of the last --loss-window-ms

SIGTERM and SIGINT stop it gracefully; a second one at once.`;

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve a data directory over HTTP')
    .requiredOption('--data <directory>', 'where the data is; created when absent')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .addOption(
      new Option('--sync', 'acknowledge a write when it is on the disk')
        .default(false)
        .conflicts('lossWindowMs'),
    )
    .option(
      '--loss-window-ms <number>',
      'without --sync: what a power failure may take',
      wholeNumber(10, 3_600_000),
      1_000,
    )
    .option('--cache-mb <number>', "LevelDB's block cache", wholeNumber(0, 2_047), 64)
    .addOption(
      new Option('--reads <how>', 'how reads run')
        .choices(['adaptive', 'sync', 'grouped'])
        .default('adaptive'),
    )
    .option(
      '--disk-reserve-mb <number>',
      'refuse writes when the disk has less room than this',
      wholeNumber(0, 1_000_000_000),
      128,
    )
    .option('--connections-max <number>', 'connections at once', wholeNumber(1, 1_000_000), 2_048)
    .option(
      '--stop-grace-ms <number>',
      'how long a stop waits for requests under way',
      wholeNumber(0, 3_600_000),
      10_000,
    )
    .option('--json', 'print what happens as JSON lines', false)
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: ServeFlags): Promise<void> {
  const engine = await openLevelDb(flags.data, {
    sync: flags.sync,
    loss_window_ms: flags.lossWindowMs,
    cache_bytes: flags.cacheMb * 1024 * 1024,
    reads: flags.reads,
    disk_reserve_bytes: flags.diskReserveMb * 1024 * 1024,
  });
  let server: KvServer;
  try {
    server = await serve(engine, {
      host: flags.host,
      port: flags.port,
      connections_max: flags.connectionsMax,
      stop_grace_ms: flags.stopGraceMs,
    });
  } catch (error) {
    await engine.close();
    throw listenError(error, flags);
  }
  say(flags, {
    event: 'listening',
    url: server.url,
    data: flags.data,
    pid: process.pid,
    durability: engine.durability,
  });
  const signal = await firstSignal();
  say(flags, { event: 'stopping', signal });
  await server.stop();
  await engine.close();
  say(flags, { event: 'stopped' });
}

function listenError(error: unknown, flags: ServeFlags): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new KvError(
      'KV_IO',
      `port ${flags.port} on ${flags.host} is in use; stop what listens there, or give another --port`,
      error,
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new KvError(
      'KV_IO',
      `the name ${flags.host} has no address (${code}); give an address of this machine to --host`,
      error,
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new KvError(
      'KV_IO',
      `cannot listen on ${flags.host}:${flags.port} (${code}); give another --host or --port`,
      error,
    );
  }
  return error;
}

/** The first of SIGTERM and SIGINT. The next one finds no handler and ends the process at once. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      resolve(signal);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

type Happening =
  | { event: 'listening'; url: string; data: string; pid: number; durability: Engine['durability'] }
  | { event: 'stopping'; signal: string }
  | { event: 'stopped' };

function say(flags: ServeFlags, happening: Happening): void {
  if (flags.json) console.log(JSON.stringify(happening));
  else console.log(sentence(happening));
}

function sentence(happening: Happening): string {
  switch (happening.event) {
    case 'listening':
      return `cowpath-kv listens on ${happening.url}, data in ${happening.data}, ${durabilityText(happening.durability)}`;
    case 'stopping':
      return `cowpath-kv: ${happening.signal}, finishing what was accepted`;
    case 'stopped':
      return 'cowpath-kv: stopped';
  }
}

function durabilityText(durability: Engine['durability']): string {
  switch (durability.kind) {
    case 'synced':
      return 'every acknowledged write on the disk';
    case 'window':
      return `a power failure may take the last ${durability.window_ms} ms`;
    case 'none':
      return 'nothing kept';
  }
}
