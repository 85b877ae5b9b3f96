/**
 * One build, all stages: the service over an engine that is called as the flags say.
 *
 *     node stage-server.ts DIRECTORY [--port N] --calls sync|async|workers|grouped
 *         [--cheap-missing] [--background-flush] [--read-ahead]
 *
 * It prints its URL; over IPC it answers `cpu`, `profile-start` and `profile-stop`.
 */
import { type Engine, openLevelDb, serve } from '@cowpath/kv';
import { Command, Option } from 'commander';
import { openStore } from './engines/calls.ts';
import { dearMissing, inlineFlush } from './engines/faults.ts';
import { Profiler } from './profiles.ts';
import type { Stage } from './stages.ts';

interface Flags {
  readonly port: number;
  readonly calls: Stage['calls'];
  readonly cheapMissing: boolean;
  readonly backgroundFlush: boolean;
  readonly readAhead: boolean;
}

/** When the buffer is full: small, so that a measurement of seconds has many of it. */
const FLUSH_BYTES = 256 * 1024;

const command = new Command('stage-server')
  .argument('<directory>', 'the data directory; it must exist and be a service')
  .option('--port <number>', '0 takes a free one', Number, 0)
  .addOption(
    new Option('--calls <how>', 'how the engine is called')
      .choices(['sync', 'async', 'workers', 'grouped'])
      .default('grouped'),
  )
  .option('--cheap-missing', 'a missing key is no error', false)
  .option('--background-flush', 'flush and compaction off the write path', false)
  .option('--read-ahead', "read a range's next batch while the last one is sent", false)
  .addHelpText(
    'after',
    '\nExamples:\n  $ node stage-server.ts ./data --calls async --cheap-missing --background-flush',
  )
  .parse();
const flags = command.opts<Flags>();
const directory = command.args[0]!;

// Creates the directory as the service would, so that every way to call it finds the same.
await (await openLevelDb(directory)).close();
let engine: Engine = await openStore(directory, flags.calls);
if (!flags.cheapMissing) engine = dearMissing(engine);
if (!flags.backgroundFlush) engine = inlineFlush(engine, FLUSH_BYTES);
const server = await serve(engine, { port: flags.port, read_ahead: flags.readAhead });
console.log(server.url);

let profiler: Profiler | undefined;
process.on('message', async (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send!({ cpu_us: user + system });
  } else if (message === 'profile-start') {
    profiler = new Profiler();
    await profiler.start();
    process.send!({});
  } else if (message === 'profile-stop') {
    process.send!(await profiler!.stop());
  }
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', async () => {
  await server.stop();
  await engine.close();
  process.exit();
});
process.send?.({ port: server.port });
