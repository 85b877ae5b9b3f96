import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('target.ts', import.meta.url));

/** A `target.ts` that runs. */
export class Target {
  readonly kind: string;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(kind: string, child: ChildProcess, port: number) {
    this.kind = kind;
    this.#child = child;
    this.port = port;
  }

  static async start(
    kind: string,
    directory: string,
    environment: Record<string, string> = {},
  ): Promise<Target> {
    const child = fork(program, [kind, directory], {
      execArgv: ['--conditions=@cowpath/source'],
      env: { ...process.env, ...environment },
    });
    const { port } = (await message(child)) as { port: number };
    return new Target(kind, child, port);
  }

  async cpu_us(): Promise<number> {
    this.#child.send('cpu');
    return ((await message(this.#child)) as { cpu_us: number }).cpu_us;
  }

  async walk(): Promise<number> {
    this.#child.send('walk');
    return ((await message(this.#child)) as { entries: number }).entries;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await ended;
  }
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a target ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (received) => {
      child.off('exit', ended);
      resolve(received);
    });
  });
}

/** CPU time of another process in microseconds (Linux), to count Redis's own. */
export function processCpu_us(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  // Clock ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
