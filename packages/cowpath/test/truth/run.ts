import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProfileBuilder, readProfile } from '@cowpath/profile';
import pg from 'pg';
import { DATA, SCHEMA } from './database/schema.ts';
import type { Driver } from './drivers/list.ts';
import type { TruthFile } from './truth/format.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const REGISTER = join(HERE, '../../src/register.ts');
/** A program that hangs is ended; a long run on a slow machine is not. */
export const RUN_MS_MAX = 300_000;

/** Creates a database of its own for one run and fills it; its URL. */
export async function freshDatabase(serverUrl: string, name: string): Promise<string> {
  const server = new pg.Client(serverUrl);
  await server.connect();
  await server.query(`create database "${name}"`);
  await server.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client(url.href);
  await client.connect();
  await client.query(SCHEMA);
  await client.query(DATA);
  await client.end();
  return url.href;
}

export interface Run {
  readonly truth: TruthFile;
  readonly profile: ProfileBuilder;
}

/** Runs the pages of a set in a program of their own, under the recorder, and reads what both sides say. */
export async function run(set: string, driver: Driver, databaseUrl: string): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-truth-'));
  try {
    const file = join(folder, 'truth.json');
    const profile = join(folder, 'profile');
    const output = await start([set, driver.name, file], { DATABASE_URL: databaseUrl, COWPATH_DIR: profile });
    if (!existsSync(profile)) throw new Error(`The recorder left no profile. The program said:\n${output}`);
    const read = readProfile(profile);
    if (read.problems.length > 0) throw new Error(`Unreadable segments: ${JSON.stringify(read.problems)}`);
    return { truth: JSON.parse(readFileSync(file, 'utf8')) as TruthFile, profile: read.builder };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(args: readonly string[], env: Record<string, string>): Promise<string> {
  const program = [join(HERE, 'program.ts'), ...args];
  const child = spawn(process.execPath, ['--conditions=@cowpath/source', '--import', REGISTER, ...program], {
    env: { ...process.env, ...env, COWPATH_FLUSH_INTERVAL_MS: '200', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MS_MAX,
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`program.ts ${args.join(' ')} ended with ${signal ?? code}:\n${output}`));
    });
  });
}
