import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('target.ts', import.meta.url);
const ANSWER_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 20_000;

/** A program that runs, sends `{ port }` when it is ready, and answers what it is asked over IPC. */
export class Target {
  readonly kind: string;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(kind: string, child: ChildProcess, port: number) {
    this.kind = kind;
    this.#child = child;
    this.port = port;
  }

  /** Starts `target.ts`. */
  static start(kind: string, directory: string, environment: Record<string, string> = {}): Promise<Target> {
    return Target.fork(kind, program, [kind, directory], environment);
  }

  static async fork(
    kind: string,
    program: URL,
    args: readonly string[],
    environment: Record<string, string> = {},
  ): Promise<Target> {
    const child = fork(fileURLToPath(program), args, {
      execArgv: ['--conditions=@cowpath/source', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const { port } = (await message(child)) as { port: number };
    return new Target(kind, child, port);
  }

  async ask<T>(question: string): Promise<T> {
    this.#child.send(question);
    return (await message(this.#child)) as T;
  }

  async cpu_us(): Promise<number> {
    return (await this.ask<{ cpu_us: number }>('cpu')).cpu_us;
  }

  async walk(): Promise<number> {
    return (await this.ask<{ entries: number }>('walk')).entries;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    if (this.#child.connected) this.#child.disconnect();
    await ended;
    clearTimeout(limit);
  }
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      clearTimeout(limit);
      reject(new Error(`a target ended with ${code}`));
    };
    const answered = (received: unknown): void => {
      child.off('exit', ended);
      clearTimeout(limit);
      resolve(received);
    };
    const limit = setTimeout(() => {
      child.off('exit', ended).off('message', answered);
      reject(new Error(`a target has said nothing for ${ANSWER_LIMIT_MS / 1_000} s`));
    }, ANSWER_LIMIT_MS);
    child.once('exit', ended);
    child.once('message', answered);
  });
}

/** CPU time of another process in microseconds (Linux), to count Redis's own. */
export function processCpu_us(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  // Clock ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
