import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LevelDbOptions } from '../../src/engine/leveldb/options.ts';

const program = fileURLToPath(new URL('server.ts', import.meta.url));

/** A service in a process of its own, to be killed. */
export class Victim {
  readonly #child: ChildProcess;
  readonly #port: Promise<number>;
  #errors = '';

  constructor(directory: string, options: LevelDbOptions, environment: Record<string, string>) {
    this.#child = spawn(
      process.execPath,
      [
        '--conditions=@cowpath/source',
        '--disable-warning=ExperimentalWarning',
        program,
        directory,
        JSON.stringify(options),
      ],
      { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child.stderr!.on('data', (chunk) => {
      this.#errors += chunk;
    });
    this.#port = new Promise((resolve, reject) => {
      this.#child.stdout!.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
      this.#child.once('exit', () =>
        reject(new Error(`the service ended before it listened: ${this.#errors}`)),
      );
    });
    // An early kill is no failure; whoever wants the port sees the rejection.
    this.#port.catch(() => undefined);
  }

  async url(): Promise<string> {
    return `http://127.0.0.1:${await this.#port}`;
  }

  get errors(): string {
    return this.#errors;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
