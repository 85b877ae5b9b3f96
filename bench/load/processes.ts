import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** A program of this folder in a process of its own, on the Node that runs this one. */
export function nodeArgs(program: string, ...args: string[]): string[] {
  return ['--conditions=@cowpath/source', join(import.meta.dirname, program), ...args];
}

/** Starts a server that prints its port on its first line. */
export async function startServer(
  program: string,
  env: Record<string, string> = {},
): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, nodeArgs(program), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  for await (const text of child.stdout!) return { port: Number(text), child };
  throw new Error(`${program} printed no port`);
}

export interface Usage {
  readonly stdout: string;
  /** CPU of the process and the children it waited for, start-up included. */
  readonly cpu_us: number;
}

/** Runs a command to its end under the shell's `times`, which counts all it started and waited for. */
export async function runMeasured(command: readonly string[]): Promise<Usage> {
  const script = '"$@"; status=$?; times >&2; exit $status';
  const child = spawn('bash', ['-c', script, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${command.join(' ')} ended with code ${code}: ${stderr}`);
  // The second line of `times` is that of the children: 0m1.234s 0m0.567s.
  const times = [
    ...stderr
      .trim()
      .split('\n')
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/g),
  ];
  const cpu_us = times.reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1e6,
    0,
  );
  return { stdout, cpu_us };
}
