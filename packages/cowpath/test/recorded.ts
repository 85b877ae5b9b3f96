/** Programs in processes of their own, recorded or not, and what their profiles say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProfile, viewProfile } from '@cowpath/profile';

const HERE = dirname(fileURLToPath(import.meta.url));
export const REGISTER: string = join(HERE, '../src/register.ts');
export const CLI: string = join(HERE, '../src/cli/main.ts');
const RUN_MS_MAX = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Start {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Default: the Node that runs the tests, which reads sources. */
  readonly node?: string;
  readonly record?: boolean;
  /** It is ended after so long. */
  readonly timeout_ms?: number;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the program has printed this. */
  printed(text: string): Promise<void>;
}

/** Starts a program; with `record`, under the recorder with a short flush interval. */
export function start({
  args,
  env = {},
  cwd,
  node = process.execPath,
  record = false,
  timeout_ms = RUN_MS_MAX,
}: Start): Running {
  const flags = node === process.execPath ? ['--conditions=@cowpath/source'] : [];
  const imports = record ? ['--import', REGISTER] : [];
  const child = spawn(node, [...flags, ...imports, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', COWPATH_FLUSH_INTERVAL_MS: '100', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeout_ms,
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      child.on('close', () => reject(new Error(`ended without printing "${text}":\n${stdout}\n${stderr}`)));
      look();
    });
  return { process: child, ended, printed };
}

/** Runs a program to its end; throws with its output when that is not a good one. */
export async function succeed(what: Start): Promise<Ended> {
  const ended = await start(what).ended;
  if (ended.code !== 0) {
    throw new Error(
      `${what.args.join(' ')} ended with ${ended.signal ?? ended.code}:\n${ended.stdout}\n${ended.stderr}`,
    );
  }
  return ended;
}

/** Queries by context, as `outer > inner`, of the contexts in which any were issued. */
export function queriesIn(folder: string): Record<string, number> {
  return Object.fromEntries(
    contextsIn(folder)
      .filter(({ own }) => own.queries > 0)
      .map(({ path, own }) => [path.join(' > '), own.queries]),
  );
}

/** Runs by context. */
export function runsIn(folder: string): Record<string, number> {
  return Object.fromEntries(contextsIn(folder).map(({ path, runs }) => [path.join(' > '), runs]));
}

export function contextsIn(folder: string): ReturnType<typeof viewProfile>['contexts'] {
  if (!existsSync(folder)) return [];
  const { builder, problems } = readProfile(folder);
  if (problems.length > 0) throw new Error(`Unreadable segments: ${JSON.stringify(problems)}`);
  return viewProfile(builder).contexts;
}

/** A temporary folder, and the way to be rid of it. */
export function temporary(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
