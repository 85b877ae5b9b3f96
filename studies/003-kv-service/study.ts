/** Study 003, one node: measures the source's stages against each other and prints the results as Markdown. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelDb } from '@cowpath/kv';
import { Command } from 'commander';
import { measureLookups } from './lookups.ts';
import { measureStep, type StepResult } from './measure.ts';
import { markdown } from './report.ts';
import { STEPS } from './stages.ts';
import { ENTRIES, keyOf, VALUE } from './traffic.ts';

const flags = new Command('study')
  .description("the source's single-node stages, side by side")
  .option('--rounds <number>', 'interleaved rounds of a step', Number, 12)
  .option('--block-ms <number>', 'load on each side in each round', Number, 2_000)
  .option('--only <text>', 'steps whose name has this text; "lookups" for the lookups', '')
  .option('--lookups <numbers>', 'sizes of the store, in entries', '10000,100000,400000,1000000')
  .option('--json', 'print the results as JSON', false)
  .addHelpText(
    'after',
    '\nExamples:\n  $ node studies/003-kv-service/study.ts\n  $ node studies/003-kv-service/study.ts --rounds 2 --block-ms 300 --only missing',
  )
  .parse()
  .opts<{ rounds: number; blockMs: number; only: string; lookups: string; json: boolean }>();

async function fill(directory: string): Promise<void> {
  const engine = await openLevelDb(directory);
  for (let at = 0; at < ENTRIES; at += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => engine.put(Buffer.from(keyOf(at + i)), VALUE)));
  }
  await engine.compact();
  await engine.close();
}

const place = await mkdtemp(join(tmpdir(), 'cowpath-study-003-'));
let copies = 0;
try {
  await fill(join(place, 'filled'));
  const steps: StepResult[] = [];
  for (const step of STEPS.filter(({ name }) => name.includes(flags.only))) {
    const result = await measureStep(step, {
      rounds: flags.rounds,
      block_ms: flags.blockMs,
      directory: async () => {
        const copy = join(place, `copy-${copies++}`);
        await cp(join(place, 'filled'), copy, { recursive: true });
        return copy;
      },
      progress: (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`),
    });
    steps.push(result);
  }
  const sizes = 'lookups'.includes(flags.only) ? flags.lookups.split(',').map(Number) : [];
  const lookups = sizes.length > 0 ? await measureLookups(join(place, 'lookups'), sizes) : [];
  console.log(flags.json ? JSON.stringify({ steps, lookups }) : markdown(steps, lookups));
} finally {
  await rm(place, { recursive: true, force: true });
}
