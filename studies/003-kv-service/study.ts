/**
 * Study 003, one node: measures the source's stages against each other and prints the results as Markdown; with
 * --prove, proves each step with `cowpath prove`.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelDb } from '@cowpath/kv';
import { Command } from 'commander';
import { numberFrom } from '../../bench/command.ts';
import { measureLookups } from './lookups.ts';
import { measureStep, type StepResult } from './measure.ts';
import { BEGIN, checkMarks, END, proofTable, putTable } from './proof-table.ts';
import { proveStep, type StepProof } from './proofs.ts';
import { markdown } from './report.ts';
import { STEPS } from './stages.ts';
import { ENTRIES, keyOf, VALUE } from './traffic.ts';

const flags = new Command('study')
  .description("the source's single-node stages, side by side")
  .option('--rounds <number>', 'interleaved rounds of a step', numberFrom(1, 10_000), 12)
  .option('--block-ms <number>', 'load on each side in each round', numberFrom(50, 600_000), 2_000)
  .option('--only <text>', 'steps whose name has this text; "lookups" for the lookups', '')
  .option('--lookups <numbers>', 'sizes of the store, in entries', '10000,100000,400000,1000000')
  .option('--prove', "prove each step's effect instead: requests from a log, both variants in turns", false)
  .option(
    '--seconds <number>',
    'with --prove: measure each step for so long at most',
    numberFrom(1, 3_600),
    20,
  )
  .option('--out <directory>', 'with --prove: where the proofs go, as JSON and as pages', 'proofs')
  .option('--markdown <file>', 'with --prove: put the table of proofs into this file, between its marks')
  .option('--json', 'print the results as JSON', false)
  .addHelpText(
    'after',
    `
Examples:
  $ node studies/003-kv-service/study.ts
  $ node studies/003-kv-service/study.ts --rounds 2 --block-ms 300 --only missing
  $ node studies/003-kv-service/study.ts --prove --only writes
  $ node studies/003-kv-service/study.ts --prove --seconds 75 --out studies/003-kv-service/proofs \\
      --markdown docs/studies/003.md

A file given with --markdown keeps everything but what stands between the lines
  ${BEGIN}
  ${END}
and is made when there is none.`,
  )
  .parse()
  .opts<{
    rounds: number;
    blockMs: number;
    only: string;
    lookups: string;
    prove: boolean;
    seconds: number;
    out: string;
    markdown?: string;
    json: boolean;
  }>();

async function fill(directory: string): Promise<void> {
  const engine = await openLevelDb(directory);
  for (let at = 0; at < ENTRIES; at += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => engine.put(Buffer.from(keyOf(at + i)), VALUE)));
  }
  await engine.compact();
  await engine.close();
}

const steps = STEPS.filter(({ name }) => name.includes(flags.only));
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

async function measureAll(place: string, directory: () => Promise<string>): Promise<void> {
  const results: StepResult[] = [];
  for (const step of steps)
    results.push(
      await measureStep(step, { rounds: flags.rounds, block_ms: flags.blockMs, directory, progress }),
    );
  const sizes = 'lookups'.includes(flags.only) ? flags.lookups.split(',').map(Number) : [];
  const lookups = sizes.length > 0 ? await measureLookups(join(place, 'lookups'), sizes) : [];
  console.log(flags.json ? JSON.stringify({ steps: results, lookups }) : markdown(results, lookups));
}

async function proveAll(place: string, directory: () => Promise<string>): Promise<void> {
  if (flags.markdown !== undefined) await checkMarks(flags.markdown);
  const { seconds, out } = flags;
  const proofs: StepProof[] = [];
  for (const step of steps) proofs.push(await proveStep(step, { seconds, out, place, directory, progress }));
  progress('');
  const table = proofTable(proofs);
  if (flags.markdown !== undefined) await putTable(flags.markdown, table);
  console.log(flags.json ? JSON.stringify(proofs) : table);
}

const place = await mkdtemp(join(tmpdir(), 'cowpath-study-003-'));
let copies = 0;
try {
  if (steps.length === 0 && (flags.prove || !'lookups'.includes(flags.only))) {
    console.error(
      `no step has '${flags.only}' in its name; they are:\n${STEPS.map(({ name }) => `  ${name}`).join('\n')}`,
    );
    process.exitCode = 1;
  } else {
    await fill(join(place, 'filled'));
    await (flags.prove ? proveAll : measureAll)(place, async () => {
      const copy = join(place, `copy-${copies++}`);
      await cp(join(place, 'filled'), copy, { recursive: true });
      return copy;
    });
  }
} finally {
  await rm(place, { recursive: true, force: true });
}
