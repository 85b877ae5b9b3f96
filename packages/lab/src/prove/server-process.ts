import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors.ts';

export interface ServerCommand {
  /** Run by `sh -c`; `{port}` in it becomes the port. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

const OUTPUT_TAIL_CHARS = 2_000;
const UTF8_BYTES_MAX = 4;
const STOP_MS_MAX = 5_000;
/** A process that waits for a disk ends only then. */
const KILLED_MS_MAX = 5_000;

/**
 * Runs the command ($2) beside a watcher that waits for the end of this process, which holds the other end of
 * descriptor 3: then it removes the output ($1) and kills the group, so that a `kill -9` leaves no server. The shell
 * itself waits for a command that was asked to end, so that its own end is the command's.
 */
const WATCHED = `(trap '' TERM INT HUP; read -r _; rm -rf -- "$1"; kill -s KILL 0) <&3 3<&- &
exec 3<&-
trap 'exit 143' TERM
eval "$2"`;

/** A server that a proof starts: its own process group, its own port in `PORT`, its output in a file. */
export class ServerProcess {
  readonly port: number;
  private readonly name: string;
  private readonly child: ChildProcess;
  private readonly folder: string;
  private exit: string | undefined;
  /** A second Ctrl-C ends this process at once; the server must not outlive it. */
  private readonly onExit = (): void => this.signal('SIGKILL');

  private constructor(name: string, command: ServerCommand, port: number) {
    this.name = name;
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), 'cowpath-prove-'));
    const output = openSync(this.outputPath, 'w', 0o600);
    const line = command.command.replaceAll('{port}', String(port));
    this.child = spawn('sh', ['-c', WATCHED, 'sh', this.folder, line], {
      env: { ...process.env, ...command.env, PORT: String(port) },
      stdio: ['ignore', output, output, 'pipe'],
      // A group of its own, so that the shell's children end with it.
      detached: true,
    });
    closeSync(output);
    process.on('exit', this.onExit);
    this.child.on('exit', (code, signal) => {
      this.exit = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    });
    // What watches may be gone before the pipe is closed.
    this.child.stdio[3]?.on('error', () => {});
    this.child.on('error', (error) => {
      this.exit = `could not be started: ${error.message}`;
    });
  }

  static async start(name: string, command: ServerCommand): Promise<ServerProcess> {
    return new ServerProcess(name, command, await freePort());
  }

  /** What became of it, while it should still run; undefined as long as it does. */
  get ended(): string | undefined {
    return this.exit;
  }

  /** As `ended`, once it has; undefined if it still runs after `wait_ms`. */
  async endedWithin(wait_ms: number): Promise<string | undefined> {
    for (const until = performance.now() + wait_ms; !this.exit && performance.now() < until; )
      await sleep(20);
    return this.exit;
  }

  /** The end of what it printed. */
  outputTail(): string {
    // Only its end is read: a server that logs every request has printed more than a string holds.
    const bytes = Buffer.alloc(OUTPUT_TAIL_CHARS * UTF8_BYTES_MAX);
    const file = openSync(this.outputPath, 'r');
    try {
      const size = fstatSync(file).size;
      const read = readSync(file, bytes, 0, bytes.length, Math.max(0, size - bytes.length));
      const text = bytes.toString('utf8', 0, read).trim();
      const cut = text.length > OUTPUT_TAIL_CHARS || size > bytes.length;
      return cut ? `…${text.slice(-OUTPUT_TAIL_CHARS)}` : text;
    } finally {
      closeSync(file);
    }
  }

  /** Whether it ended because a port that it wanted was in use. */
  foundPortTaken(): boolean {
    return this.exit !== undefined && /EADDRINUSE|address already in use/i.test(this.outputTail());
  }

  /** @throws LabError SIDE_FAILED with what it printed */
  fail(what: string): never {
    const tail = this.outputTail();
    throw new LabError(
      'SIDE_FAILED',
      `the server ${this.name} ${what}${tail ? `; it printed:\n${tail}` : '; it printed nothing'}`,
    );
  }

  /** Asks it to end, then makes it; it has ended and its output is gone afterwards. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    await this.endedWithin(STOP_MS_MAX);
    this.signal('SIGKILL');
    await this.endedWithin(KILLED_MS_MAX);
    this.child.stdio[3]?.destroy();
    process.off('exit', this.onExit);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      // The group is gone already.
    }
  }

  private get outputPath(): string {
    return join(this.folder, 'output');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
