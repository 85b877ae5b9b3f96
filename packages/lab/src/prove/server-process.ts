import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
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
const STOP_MS_MAX = 5_000;

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
    this.child = spawn('sh', ['-c', command.command.replaceAll('{port}', String(port))], {
      env: { ...process.env, ...command.env, PORT: String(port) },
      stdio: ['ignore', output, output],
      // A group of its own, so that the shell's children end with it.
      detached: true,
    });
    closeSync(output);
    process.on('exit', this.onExit);
    this.child.on('exit', (code, signal) => {
      this.exit = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    });
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

  /** The end of what it printed. */
  outputTail(): string {
    const text = readFileSync(this.outputPath, 'utf8').trim();
    return text.length > OUTPUT_TAIL_CHARS ? `…${text.slice(-OUTPUT_TAIL_CHARS)}` : text;
  }

  /** @throws LabError SIDE_FAILED with what it printed */
  fail(what: string): never {
    const tail = this.outputTail();
    throw new LabError(
      'SIDE_FAILED',
      `the server ${this.name} ${what}${tail ? `; it printed:\n${tail}` : '; it printed nothing'}`,
    );
  }

  /** Asks it to end, then makes it; its output is gone afterwards. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    for (const until = performance.now() + STOP_MS_MAX; !this.exit && performance.now() < until; )
      await sleep(20);
    this.signal('SIGKILL');
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
