/** One run of one part of a suite: on a database of its own, bare or recorded. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../../packages/cowpath/test/postgres.ts';
import { cpuOfChildren, type Ended, runProgram } from './program.ts';
import { type Recorded, type Recording, readRecorded, recordedEnvironment } from './recorded.ts';
import { runFiles } from './run-files.ts';
import { runMocha } from './run-mocha.ts';
import type { Part, Results, Suite, SuiteDatabase } from './suite.ts';

export interface RunOptions {
  readonly source: string;
  /** The Node that runs the suite. */
  readonly node: string;
  /** Null for a bare run. */
  readonly recording: Recording | null;
  /** Of parts that are programs in files, only those whose path holds this text. */
  readonly only: string;
  readonly minutes_max: number;
  readonly signal: AbortSignal;
  progress(text: string): void;
}

export interface Run {
  readonly results: Results;
  /** Null of a bare run. */
  readonly recorded: Recorded | null;
  readonly seconds: number;
  /** CPU time of the suite's processes, user and system; null where the system does not say. */
  readonly cpu_seconds: number | null;
  readonly postgres: string;
}

export async function runPart(suite: Suite, part: Part, options: RunOptions): Promise<Run> {
  const scratch = mkdtempSync(join(tmpdir(), 'cowpath-suites-run-'));
  const { user, password, port, name } = suite.database;
  const server = await startPostgres({ user, password, ...(port === undefined ? {} : { port }) });
  try {
    const postgres = await withDatabase(server.url, name, (database) =>
      suite.prepare(options.source, database, scratch),
    );
    const folder = join(options.source, part.folder);
    const profile = join(scratch, 'recorded');
    mkdirSync(profile);
    const env = {
      ...process.env,
      // What a suite starts by name is the same Node.
      PATH: `${dirname(options.node)}${delimiter}${process.env['PATH'] ?? ''}`,
      NODE_OPTIONS: '',
      ...postgres.environment,
      ...(options.recording ? recordedEnvironment(options.recording, profile) : {}),
    };
    const run = (args: readonly string[]): Promise<Ended> =>
      runProgram([options.node, ...args], { ...options, cwd: folder, env, scratch });
    const started = performance.now();
    const cpu = cpuOfChildren();
    const results =
      part.runner.kind === 'mocha'
        ? await runMocha(folder, part.runner.args, scratch, run)
        : await runFiles(folder, { ...part.runner, only: options.only }, run, (done, all) =>
            options.progress(`${done}/${all}`),
          );
    options.signal.throwIfAborted();
    const cpuAfter = cpuOfChildren();
    return {
      results,
      cpu_seconds: cpu === null || cpuAfter === null ? null : Math.round(cpuAfter - cpu),
      recorded: options.recording ? readRecorded(profile) : null,
      seconds: Math.round((performance.now() - started) / 1000),
      postgres: postgres.version,
    };
  } finally {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function withDatabase(
  url: string,
  name: string,
  prepare: (database: SuiteDatabase) => Promise<Readonly<Record<string, string>>>,
): Promise<{ environment: Readonly<Record<string, string>>; version: string }> {
  const { hostname, port, username, password } = new URL(url);
  const login = { host: hostname, port: Number(port), user: username, password };
  const first = new Client({ ...login, database: 'postgres' });
  await first.connect();
  try {
    if (name !== 'postgres') await first.query(`CREATE DATABASE ${first.escapeIdentifier(name)}`);
  } finally {
    await first.end();
  }
  const client = new Client({ ...login, database: name });
  await client.connect();
  try {
    const environment = await prepare({ ...login, database: name, client });
    const version = await client.query<{ server_version: string }>('SHOW server_version');
    return { environment, version: version.rows[0]!.server_version };
  } finally {
    await client.end();
  }
}
