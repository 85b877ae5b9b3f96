/** A PgBouncer of a test's own, in transaction mode, in front of a Postgres. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where Debian's package puts it is not on every path. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const START_MS_MAX = 20_000;

/** The program; null where it is not installed (`apt-get install pgbouncer`). */
export const PGBOUNCER: string | null = FOLDERS.map((folder) => join(folder, 'pgbouncer')).find(runs) ?? null;

export interface PgBouncer {
  /** The same database through PgBouncer. */
  readonly url: string;
  stop(): Promise<void>;
}

/** `connections`: how many to the server, which any number of clients share from transaction to transaction. */
export async function startPgBouncer(postgresUrl: string, connections: number): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(postgresUrl);
  const folder = mkdtempSync(join(tmpdir(), 'cowpath-test-pgbouncer-'));
  const own = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const settings = [
    '[databases]',
    `* = host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)}`,
    '[pgbouncer]',
    `listen_addr = 127.0.0.1`,
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    `default_pool_size = ${connections}`,
    `max_client_conn = 100`,
    'server_tls_sslmode = disable',
  ];
  writeFileSync(file, `${settings.join('\n')}\n`);
  // PgBouncer refuses to run as root, and then must read its settings as another.
  chmodSync(folder, 0o755);
  chmodSync(file, 0o644);
  const asRoot = process.getuid?.() === 0;
  const child = spawn(PGBOUNCER!, [...(asRoot ? ['-u', unprivileged()] : []), file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + START_MS_MAX;
  while (!(await listens(own))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`PgBouncer did not start. Its log:\n${log}`);
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  const url = new URL(postgresUrl);
  url.port = String(own);
  return { url: url.href, stop };
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function unprivileged(): string {
  for (const name of ['postgres', 'nobody']) {
    try {
      execFileSync('id', [name], { stdio: 'ignore' });
      return name;
    } catch {
      // Not on this system.
    }
  }
  throw new Error('PgBouncer does not run as root, and there is no user "postgres" or "nobody"');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.on('exit', done));
  child.kill('SIGKILL');
  await ended;
}

function listens(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.on('error', () => answer(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
