/**
 * `npm run demo`: Cowpath's main job on a database of its own. Packs Cowpath as npm would, runs the
 * bookshop under `cowpath record`, sends the demo's traffic, prints the report, and fails unless the report
 * names exactly what the manifest says. Then proves, with the traffic that it captured meanwhile, what fixing
 * the pages by hand brought, and fails unless both answer the same; shortly, or with `--full` for two minutes.
 * Leaves nothing running, after Ctrl-C too.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { makeBookshop } from './data/bookshop.ts';
import { type BookshopDatabase, startDatabase } from './database.ts';
import { compare, type Report } from './demo/compare.ts';
import { packCowpath } from './demo/pack.ts';
import { type Advice, besideAdvice, FULL, proveArguments, readProof, SHORT } from './demo/proof.ts';
import type { Manifest } from './manifest/format.ts';
import { showProgress } from './progress.ts';
import { demoRequests } from './traffic/requests.ts';
import { sendRequests } from './traffic/send.ts';

const { values: flags } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (flags.help) {
  console.log(`Usage: npm run demo [-- --full]

Records the bookshop, reports what is worn in it, and proves what fixing its pages by hand brought.

  --full    prove for two minutes, and compare all answers (default: nine seconds in six launches, a hundred answers)`);
  process.exit(0);
}

const HERE = import.meta.dirname;
const SERVER = join(HERE, 'server.ts');
const say = (message: string): void => console.error(`demo: ${message}`);

const stop = new AbortController();
const aborted = once(stop.signal, 'abort').then(() => stop.signal.throwIfAborted() as never);
// Whatever waits for it hears of it; nobody may be waiting.
aborted.catch(() => undefined);
let database: BookshopDatabase | null = null;
/** What runs beside the database: the recorded shop, then the proof. */
let running: ChildProcess | null = null;
const profile = mkdtempSync(join(tmpdir(), 'cowpath-demo-'));
const traffic = join(profile, 'traffic.jsonl');

async function cleanUp(): Promise<void> {
  if (running && running.exitCode === null && running.signalCode === null) {
    const exited = once(running, 'exit');
    running.kill('SIGTERM');
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
      '--capture',
      traffic,
      '--',
      process.execPath,
      SERVER,
    ],
    {
      env: { ...process.env, DATABASE_URL: databaseUrl, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    },
  );
  running = child;
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

/** The shop as written against its fixed pages, both fed what was captured, set beside the report's advice. */
async function proveFixed(command: string, databaseUrl: string, advice: Advice): Promise<number> {
  const saved = join(profile, 'proof.json');
  const child = spawn(
    process.execPath,
    [command, ...proveArguments(traffic, saved, flags.full ? FULL : SHORT)],
    {
      // So that the command reads as one would type it, and is this very Node.
      cwd: HERE,
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    },
  );
  running = child;
  const [code] = await Promise.race([once(child, 'exit'), aborted]);
  if (code !== 0) throw new Error(`the proof ended with exit code ${code}`);
  const proof = readProof(saved);
  process.stdout.write(`
What the proof found, beside the report's advice: what batches for the worn references would save of an answer.

${besideAdvice(proof, advice)}
`);
  const { compared, differing } = proof.answers;
  if (!proof.complete || differing > 0) {
    say('the fixed pages do not answer what the pages as written do');
    return 1;
  }
  say(`the pages fixed by hand: ${proof.overall}; ${compared} answers compared, all the same`);
  return 0;
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
  say('starting the bookshop: cowpath record --plans --capture -- node server.ts');
  const shop = await startRecorded(command, database.url);
  const requests = demoRequests(makeBookshop());
  await sendRequests(shop.url, requests, {
    onProgress: showProgress('demo: requests answered'),
    signal: stop.signal,
  });
  running?.kill('SIGTERM');
  const [ended] = await shop.ended;
  if (ended !== 0) throw new Error(`the shop ended with exit code ${ended}`);

  process.stdout.write(report(command));
  say('one trail, from the reference to the blocks: cowpath report --context "GET /books" --plans');
  process.stdout.write(`\n${report(command, '--context', 'GET /books', '--top', '1', '--plans')}`);

  const manifest = JSON.parse(readFileSync(join(HERE, '..', 'manifest.json'), 'utf8')) as Manifest;
  const reported = JSON.parse(report(command, '--json', '--top', '1000')) as Report & Advice;
  const { differences, steps, worn } = compare(reported, manifest);
  if (differences.length > 0) {
    say(`the report differs from examples/bookshop/manifest.json in ${differences.length} places:`);
    for (const difference of differences) say(`  ${difference}`);
    return 1;
  }
  say(
    `the report equals the manifest: ${worn} worn references, ${steps} contexts and steps with their exact counts`,
  );
  say('the pages as written against the same fixed by hand, with the requests captured: cowpath prove');
  process.stdout.write('\n');
  const code = await proveFixed(command, database.url, reported);
  say(`${((performance.now() - began) / 1000).toFixed(0)} s in all`);
  return code;
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
