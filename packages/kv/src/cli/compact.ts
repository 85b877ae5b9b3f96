import { join } from 'node:path';
import type { Command } from 'commander';
import { KvError } from '../contract/errors.ts';
import { directoryBytes, isDataDirectory } from '../engine/leveldb/data-directory.ts';
import { openLevelDb } from '../engine/leveldb/leveldb-engine.ts';

const EXAMPLES = `
LevelDB compacts by itself while it is written to. This gives back at once what overwritten and
deleted entries still take, for a data directory that no service has open.

Examples:
  $ cowpath-kv compact --data ./data
  $ cowpath-kv compact --data ./data --json`;

export function addCompact(program: Command): void {
  program
    .command('compact')
    .description('give back the room of overwritten and deleted entries, offline')
    .requiredOption('--data <directory>', 'the data directory')
    .option('--json', 'print the result as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: { data: string; json: boolean }) => {
      if (!(await isDataDirectory(flags.data).catch(() => true))) {
        throw new KvError(
          'KV_DATA_FOREIGN',
          `${flags.data} is no data directory of cowpath-kv; name the one that was given to 'serve'`,
        );
      }
      const files = join(flags.data, 'leveldb');
      const engine = await openLevelDb(flags.data);
      const before_bytes = await directoryBytes(files);
      try {
        if (process.stderr.isTTY) console.error(`compacting ${before_bytes} bytes …`);
        await engine.compact();
      } finally {
        await engine.close();
      }
      const after_bytes = await directoryBytes(files);
      console.log(
        flags.json
          ? JSON.stringify({ before_bytes, after_bytes })
          : `${before_bytes} bytes before, ${after_bytes} after`,
      );
    });
}
