import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PROFILE_FOLDER } from '@cowpath/profile';
import type { Command } from 'commander';
import { PRISMA_ENGINE } from '../packages/notices.ts';
import type { Outcome } from '../recorder/session.ts';
import { noteText } from '../report/notes.ts';
import { addCaptureOptions, beginCapture, type CaptureFlags, captureEnded } from './capture.ts';

interface RecordOptions extends CaptureFlags {
  readonly dir: string;
  readonly plans: boolean;
  readonly catalog: boolean;
  readonly everyRun: boolean;
  readonly flushInterval: string;
  readonly quiet: boolean;
}

const EXAMPLES = `
Examples:
  $ cowpath record -- node app.js
  $ cowpath record --plans -- node server.js --port 3000
  $ cowpath record --dir /tmp/profile -- npm start
  $ cowpath record --capture traffic.jsonl -- node app.js     its requests too, for cowpath replay and prove

The program runs unchanged; its exit code is Cowpath's. Profiles are merged: record as often as you like,
then run "cowpath report".`;

export function addRecordCommand(program: Command): void {
  const command = program
    .command('record')
    .summary('run a program and record the paths it takes through its data')
    .description(
      'Runs a Node program and records which contexts follow which references, and what that costs.',
    )
    .argument('<command...>', 'the program and its arguments, after --')
    .showHelpAfterError(
      '(for example: cowpath record -- node app.js; cowpath record --help shows what there is)',
    )
    .option('--dir <folder>', 'where the profile is written', PROFILE_FOLDER)
    .option('--plans', 'explain sampled executions, on a connection of Cowpath’s own (reads only)', false)
    .option('--no-catalog', 'do not read the database’s catalog; references are inferred from names')
    .option(
      '--every-run',
      'follow every run of a context and all that runs outside of them; else, after 1,000 runs of a name, and after 10,000 statements outside, a sample',
      false,
    )
    .option('--flush-interval <ms>', 'how often the profile is saved', '2000')
    .option('--quiet', 'print nothing of our own when it ends well', false)
    .addHelpText('after', EXAMPLES)
    .action(async (command: string[], options: RecordOptions) => {
      process.exitCode = await record(command, options);
    });
  addCaptureOptions(command);
}

/** Runs the command recorded; resolves to its exit code. */
async function record(command: readonly string[], options: RecordOptions): Promise<number> {
  const interval = Number(options.flushInterval);
  if (!Number.isFinite(interval) || interval < 10) {
    throw failure(
      'COWPATH_BAD_OPTION',
      `--flush-interval must be a number of milliseconds, at least 10; it is "${options.flushInterval}".`,
    );
  }
  const outcomeFile = join(tmpdir(), `cowpath-outcome-${process.pid}-${Date.now()}`);
  const started = Date.now();
  const capture = beginCapture(options);
  const code = await run(command, {
    ...process.env,
    NODE_OPTIONS: withImport(process.env['NODE_OPTIONS'], registerFile()),
    COWPATH_DIR: resolve(options.dir),
    COWPATH_FLUSH_INTERVAL_MS: String(interval),
    COWPATH_OUTCOME: outcomeFile,
    ...(options.plans ? { COWPATH_PLANS: '1' } : {}),
    ...(options.catalog ? {} : { COWPATH_CATALOG: '0' }),
    ...(options.everyRun ? { COWPATH_EVERY_RUN: '1' } : {}),
    ...capture?.env,
  });
  const outcomes = readOutcomes(outcomeFile);
  for (const line of summary(outcomes, options, Date.now() - started, code))
    process.stderr.write(`${line}\n`);
  if (capture && !options.quiet) process.stderr.write(`${await captureEnded(capture)}\n`);
  return code;
}

/** The module that records, as source or compiled, beside this one. */
function registerFile(): string {
  const here = fileURLToPath(import.meta.url);
  return pathToFileURL(join(dirname(here), '..', here.endsWith('.ts') ? 'register.ts' : 'register.js')).href;
}

function withImport(existing: string | undefined, file: string): string {
  const source = file.endsWith('.ts') ? '--conditions=@cowpath/source ' : '';
  return `${existing ? `${existing} ` : ''}${source}--import=${file}`;
}

function run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program, ...args] = command as [string, ...string[]];
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    // From a terminal the program gets Ctrl-C itself; we stay to hear how it ended. Others we pass on.
    const stay = (): void => {};
    const forwarded = ['SIGTERM', 'SIGHUP', 'SIGUSR2'] as const;
    process.on('SIGINT', process.stdin.isTTY ? stay : () => forward('SIGINT'));
    for (const signal of forwarded) process.on(signal, forward);
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      const message = missing
        ? `"${program}" was not found. Check the command after --, for example: cowpath record -- node app.js`
        : `"${program}" could not be started: ${error.message}`;
      failed(
        failure(
          missing ? 'COWPATH_COMMAND_NOT_FOUND' : 'COWPATH_COMMAND_FAILED',
          message,
          missing ? 127 : 126,
        ),
      );
    });
    child.on('exit', (code, signal) => done(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

function readOutcomes(file: string): Outcome[] {
  const outcomes: Outcome[] = [];
  for (const name of existsSync(dirname(file)) ? readdirSync(dirname(file)) : []) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const path = join(dirname(file), name);
    try {
      outcomes.push(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      // The process was killed while it wrote: its profile is there all the same.
    }
    rmSync(path, { force: true });
  }
  return outcomes;
}

/** What happened, in a line or two, and what to do next. */
function summary(told: readonly Outcome[], options: RecordOptions, took_ms: number, code: number): string[] {
  const outcomes = told.filter(({ ended }) => ended);
  const statements = outcomes.reduce((sum, one) => sum + one.statements, 0);
  const copies = outcomes.reduce((sum, one) => sum + one.copies, 0);
  const sockets = outcomes.flatMap((one) => Object.keys(one.sockets));
  const seconds = (took_ms / 1000).toFixed(1);
  const where = options.dir === PROFILE_FOLDER ? '' : ` ${options.dir}`;
  const lines: string[] = [];
  const errors = new Map(outcomes.flatMap((one) => Object.entries(one.errors)));
  for (const [code, message] of errors)
    lines.push(`cowpath: ${code}: ${message} (the program was not affected)`);
  for (const denial of new Set(outcomes.flatMap((one) => one.denials))) {
    lines.push(
      `cowpath: COWPATH_CATALOG_DENIED: the catalog of ${denial}. References are inferred from names.`,
    );
  }
  const packages = new Set(told.flatMap((one) => one.packages));
  for (const note of packages) lines.push(`cowpath: ${note}: ${noteText(note)}`);
  if (statements > 0) {
    if (options.quiet && lines.length === 0 && code === 0) return [];
    lines.push(
      `cowpath: recorded ${statements.toLocaleString('en')} statements in ${seconds} s. See them: cowpath report${where}`,
    );
    return lines;
  }
  // That says already why nothing was recorded.
  if (packages.has(PRISMA_ENGINE) && outcomes.length > 0) return lines;
  if (told.some((one) => one.statements > 0)) {
    const who = outcomes.length > 0 ? 'a process that sent statements' : 'the program';
    lines.push(
      `cowpath: ${who} was ended by ${signalOf(code) ?? 'a signal'} that it does not handle: what it did in the last ` +
        `${Number(options.flushInterval) / 1000} s may be missing, the rest is recorded. See it: cowpath report${where}`,
    );
  } else if (outcomes.length === 0) {
    lines.push(
      `cowpath: COWPATH_NOTHING_RECORDED: the program ended (exit code ${code}) without telling what it recorded.` +
        (code >= 128
          ? ' It was killed before it had saved anything. Let it run a little longer.'
          : ' Was it a Node program, of Node 22.16 or newer?'),
    );
  } else if (copies > 0) {
    lines.push(
      'cowpath: COWPATH_NOTHING_RECORDED: node-postgres was loaded, but no statement was sent. Send some requests while it runs.',
    );
  } else if (sockets.length > 0) {
    lines.push(
      `cowpath: COWPATH_NO_DRIVER: the program opened connections to ${[...new Set(sockets)].join(' and ')}, but no driver was seen loading. ` +
        'If it is bundled, build it with the plugin of cowpath/esbuild, or record its pool by hand: ' +
        "import { instrument } from 'cowpath'; instrument(pool). " +
        'Drivers recorded so far: pg (node-postgres) 8.11 or newer, not pg-native.',
    );
  } else {
    lines.push(
      'cowpath: COWPATH_NO_DRIVER: no Postgres driver was loaded and no database connection was opened. ' +
        'Drivers recorded so far: pg (node-postgres) 8.11 or newer.',
    );
  }
  return lines;
}

/** The signal that an exit code stands for, as shells say it. */
function signalOf(code: number): string | null {
  return Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0] ?? null;
}

function failure(code: string, message: string, exitCode = 2): Error {
  return Object.assign(new Error(message), { code, exitCode });
}
