/**
 * `npm run demo`: Cowpath's main job on a database of its own. Packs Cowpath as npm would, runs the
 * bookshop under `cowpath record`, sends the demo's traffic, prints the report, and fails unless the report
 * names exactly what the manifest says. Leaves nothing running, after Ctrl-C too.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeBookshop } from './data/bookshop.ts';
import { type BookshopDatabase, startDatabase } from './database.ts';
import { compare, type Report } from './demo/compare.ts';
import { packCowpath } from './demo/pack.ts';
import type { Manifest } from './manifest/format.ts';
import { showProgress } from './progress.ts';
import { demoRequests } from './traffic/requests.ts';
import { sendRequests } from './traffic/send.ts';

const HERE = import.meta.dirname;
const say = (message: string): void => console.error(`demo: ${message}`);

const stop = new AbortController();
let database: BookshopDatabase | null = null;
let app: ChildProcess | null = null;
const profile = mkdtempSync(join(tmpdir(), 'cowpath-demo-'));

async function cleanUp(): Promise<void> {
  if (app && app.exitCode === null && app.signalCode === null) {
    const exited = once(app, 'exit');
    app.kill('SIGTERM');
    await exited;
  }
  await database?.stop();
  rmSync(profile, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) return;
    say(`stopping (${signal})`);
    stop.abort(new Error(`stopped by ${signal}`));
  });
}

/** Starts the shop under `cowpath record`; resolves with its address and with the promise of its end. */
async function startRecorded(
  command: string,
  databaseUrl: string,
): Promise<{ url: string; ended: Promise<unknown[]> }> {
  // Its own process group: Ctrl-C reaches the demo only, which then ends the shop in order.
  const child = spawn(
    process.execPath,
    [
      command,
      'record',
      '--plans',
      '--quiet',
      '--dir',
      profile,
      '--',
      process.execPath,
      join(HERE, 'server.ts'),
    ],
    {
      env: { ...process.env, DATABASE_URL: databaseUrl, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    },
  );
  app = child;
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) {
      child.stdout!.resume();
      return { url, ended };
    }
  }
  throw new Error('the shop ended before it was open');
}

function report(command: string, ...flags: string[]): string {
  return execFileSync(process.execPath, [command, 'report', profile, ...flags], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      COLUMNS: String(process.stdout.columns ?? 100),
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
    },
  });
}

async function run(): Promise<number> {
  const began = performance.now();
  say('packing cowpath as npm would publish it');
  const command = packCowpath();
  database = await startDatabase({
    databaseUrl: process.env.DATABASE_URL || undefined,
    onProgress: say,
  });
  stop.signal.throwIfAborted();
  say('starting the bookshop: cowpath record --plans -- node server.ts');
  const shop = await startRecorded(command, database.url);
  const requests = demoRequests(makeBookshop());
  await sendRequests(shop.url, requests, {
    onProgress: showProgress('demo: requests answered'),
    signal: stop.signal,
  });
  app?.kill('SIGTERM');
  const [code] = await shop.ended;
  if (code !== 0) throw new Error(`the shop ended with exit code ${code}`);

  process.stdout.write(report(command));
  say('one trail, from the reference to the blocks: cowpath report --context "GET /books" --plans');
  process.stdout.write(`\n${report(command, '--context', 'GET /books', '--top', '1', '--plans')}`);

  const manifest = JSON.parse(readFileSync(join(HERE, '..', 'manifest.json'), 'utf8')) as Manifest;
  const { differences, steps, worn } = compare(
    JSON.parse(report(command, '--json', '--top', '1000')) as Report,
    manifest,
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  if (differences.length > 0) {
    say(`the report differs from examples/bookshop/manifest.json in ${differences.length} places:`);
    for (const difference of differences) say(`  ${difference}`);
    return 1;
  }
  say(
    `the report equals the manifest: ${worn} worn references, ${steps} contexts and steps with their exact counts (${seconds} s)`,
  );
  return 0;
}

try {
  process.exitCode = await run();
} catch (error) {
  if (stop.signal.aborted) process.exitCode = 130;
  else {
    say(`failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
} finally {
  await cleanUp();
}
