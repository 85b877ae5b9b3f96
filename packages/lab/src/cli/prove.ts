import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { LabError } from '../errors.ts';
import type { ProveProgress } from '../prove/options.ts';
import { proofPage } from '../prove/page/page.ts';
import { prove } from '../prove/prove.ts';
import type { SideSource } from '../prove/side.ts';
import { percent, proofText } from '../prove/text.ts';
import { colorsFor } from '../results/colors.ts';
import { EXIT } from './interrupt.ts';
import { LiveLine } from './live-line.ts';
import { list, pace, seconds, variable, whole } from './options.ts';
import { guarded } from './run-command.ts';

interface ProveFlags {
  readonly before?: string;
  readonly after?: string;
  readonly command?: string;
  readonly beforeEnv?: Record<string, string>;
  readonly afterEnv?: Record<string, string>;
  readonly beforeUrl?: string;
  readonly afterUrl?: string;
  readonly traffic: string;
  readonly pace: number | 'max';
  readonly inFlight: number;
  readonly launches?: number;
  readonly time: number;
  readonly blocks?: number;
  readonly slice: number;
  readonly warmup?: number;
  readonly health: string;
  readonly wait: number;
  readonly timeout: number;
  readonly answers: string;
  readonly postgres?: string;
  readonly afterPostgres?: string;
  readonly only?: string[];
  readonly except?: string[];
  readonly unsafe?: boolean;
  readonly host?: string;
  readonly rules?: string;
  readonly maxGap?: number;
  readonly format?: string;
  readonly seed: number;
  readonly html?: string;
  readonly save?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ cowpath prove --before 'node ../main/app.js' --after 'node app.js' --traffic access.log.gz
  $ cowpath prove --command 'node app.js' --after-env FAST_PAGES=1 --traffic capture.jsonl --html proof.html
  $ cowpath prove --before-url http://old:3000 --after-url http://new:3000 --traffic access.log --only 'GET /books/*'
  $ cowpath prove --command 'node app.js' --after-env FAST=1 --traffic access.log --postgres "$DATABASE_URL"

Each server is started with a free port in PORT ({port} in the command is replaced too) and asked for --health
until it is up. Both are sent the same requests in blocks: before, after, after, before. Two processes of one
program differ, so both are started anew several times (--launches), and every verdict rests on how far the
launches agree: faster, slower, no difference (within 2 %), or inconclusive.

Exit codes: 0 a proof was made, whatever it says; 1 it is incomplete or the sides do not answer the same;
2 bad input; 130 interrupted.
`;

/** Adds `cowpath prove`. */
export function addProveCommand(program: Command): void {
  program
    .command('prove')
    .summary('show what a change did: two versions of a server, same traffic, interleaved')
    .description(
      'Starts two versions of a server, sends both the same recorded traffic in interleaved blocks, and says what the change did to throughput, p50, p99 and p99.9, each with an interval and a verdict.',
    )
    .requiredOption('--traffic <log>', 'the log whose requests are sent (as for replay)')
    .option('--before <command>', 'starts the server as it was')
    .option('--after <command>', 'starts the server as it is now')
    .option('--command <command>', 'starts both; they differ by --before-env and --after-env')
    .option('--before-env <NAME=value>', 'environment of the one before (repeatable)', variable)
    .option('--after-env <NAME=value>', 'environment of the one after (repeatable)', variable)
    .option('--before-url <url>', 'a server before that runs already')
    .option('--after-url <url>', 'a server after that runs already')
    .option('-p, --pace <factor>', '"max" (as fast as they answer), or times the recorded pace', pace, 'max')
    .option('-n, --in-flight <number>', 'requests kept in flight at pace max', whole, 4)
    .option('--launches <number>', 'start both sides anew so often (default: 20; 1 with a URL)', whole)
    .option('--time <time>', 'measure for so long, all launches together', seconds, 120)
    .option('--blocks <number>', 'measure so many blocks, shared among the launches, if --time allows', whole)
    .option('--slice <time>', 'ask one side for about so long before the other', seconds, 0.05)
    .option('--warmup <time>', 'warm up each side, in each launch (default: 2s; 5s with one launch)', seconds)
    .option('--health <path>', 'asked to know that a server is up', '/')
    .option('--wait <time>', 'for a server to come up', seconds, 60)
    .option('--timeout <time>', 'for one answer', seconds, 30)
    .option('--answers <number>', 'distinct requests whose answers are compared; 0 for none', '200')
    .option(
      '--postgres <url>',
      "count blocks and statements in this database; needs pg, and nobody else's traffic",
    )
    .option('--after-postgres <url>', "the after side's database, where it is another")
    .option('--only <pattern>', "send only what fits, such as 'GET /books/*' (repeatable)", list)
    .option('--except <pattern>', 'leave out what fits (repeatable)', list)
    .option('--unsafe', 'send methods that may change data too; both sides get them')
    .option('--host <name>', 'the Host header: a name, or "recorded"; default the target')
    .option('--rules <file>', 'headers to set or remove: cookies, tokens')
    .option('--max-gap <time>', 'cut longer silences in the log to this, before the factor', seconds)
    .option('--format <name>', 'the format of the log')
    .option('--seed <number>', 'of the bootstrap', whole, 1)
    .option('--html <file>', 'write the proof as a page')
    .option('--save <file>', 'write the proof as JSON, beside what is printed')
    .option('--json', 'print the proof as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ProveFlags) => {
      await guarded((signal) => proveAndPrint(flags, signal));
    });
}

async function proveAndPrint(flags: ProveFlags, signal: AbortSignal): Promise<void> {
  const { before, after } = sidesOf(flags);
  // Found out now and not after minutes of measuring.
  for (const path of [flags.html, flags.save]) if (path !== undefined) await checkFolder(path);
  const live = new LiveLine();
  try {
    const proof = await prove({
      before,
      after,
      traffic: flags.traffic,
      pace: flags.pace,
      in_flight: flags.inFlight,
      ...(flags.launches !== undefined && { launches: flags.launches }),
      time_s_max: flags.time,
      ...(flags.blocks !== undefined && { blocks_min: flags.blocks, blocks_max: flags.blocks }),
      slice_ms: flags.slice * 1000,
      ...(flags.warmup !== undefined && { warmup_s: flags.warmup }),
      health: flags.health,
      wait_s: flags.wait,
      timeout_ms: flags.timeout * 1000,
      answers_max: Number(flags.answers),
      postgres:
        flags.postgres === undefined
          ? undefined
          : { before: flags.postgres, after: flags.afterPostgres ?? flags.postgres },
      only: flags.only,
      except: flags.except ?? [],
      unsafe: flags.unsafe ?? false,
      host: flags.host,
      rules: flags.rules,
      gap_s_max: flags.maxGap,
      format: flags.format,
      seed: flags.seed,
      signal,
      onProgress: (progress) => live.show(progressLine(progress)),
    });
    live.clear();
    const json = `${JSON.stringify(proof, undefined, 2)}\n`;
    // Printed first: a file that cannot be written must not cost the proof.
    process.stdout.write(flags.json ? json : `${proofText(proof, colorsFor(process.stdout))}\n`);
    if (flags.save !== undefined) await save(flags.save, json);
    if (flags.html !== undefined) await save(flags.html, proofPage(proof));
    const void_ = proof.problems.some(({ kind }) => kind !== 'level-drift' && kind !== 'warming');
    if (proof.end === 'interrupted') process.exitCode = EXIT.interrupted;
    else if (!proof.complete || void_) process.exitCode = EXIT.incomplete;
  } finally {
    live.clear();
  }
}

async function checkFolder(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK).catch((cause: Error) => {
    throw cannotWrite(path, cause);
  });
}

async function save(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: Error) => {
    throw cannotWrite(path, cause);
  });
}

function cannotWrite(path: string, cause: Error): LabError {
  return new LabError('BAD_OPTION', `cannot write ${path}: ${cause.message}`, { cause });
}

function sidesOf(flags: ProveFlags): { before: SideSource; after: SideSource } {
  return {
    before: sourceOf('before', flags.before, flags.beforeUrl, flags.command, flags.beforeEnv),
    after: sourceOf('after', flags.after, flags.afterUrl, flags.command, flags.afterEnv),
  };
}

function sourceOf(
  name: string,
  own: string | undefined,
  url: string | undefined,
  common: string | undefined,
  env: Record<string, string> | undefined,
): SideSource {
  const given = [own, url, common].filter((source) => source !== undefined);
  if (given.length !== 1) {
    throw new LabError(
      'BAD_OPTION',
      `the server ${name} needs one of --${name}, --${name}-url and --command; ${given.length === 0 ? 'none' : `${given.length}`} given`,
    );
  }
  if (url !== undefined) return { url };
  return { command: own ?? common!, env: env ?? {} };
}

function progressLine({ phase, launch, launches, blocks, elapsed_s, gain }: ProveProgress): string {
  const so = gain === undefined ? '' : `  so far ${percent(Math.exp(gain))} in throughput`;
  const where = launches > 1 ? `launch ${launch} of ${launches}, ` : '';
  return `${elapsed_s.toFixed(0)} s  ${where}${phase}${blocks > 0 ? `, ${blocks} blocks` : ''}${so}`;
}
