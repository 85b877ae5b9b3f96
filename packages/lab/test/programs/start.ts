import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

const SOURCE = '--conditions=@cowpath/source';

/** The command line of a program of this folder, for a shell. */
export function commandOf(program: string): string {
  return `exec "${process.execPath}" ${SOURCE} "${join(import.meta.dirname, program)}"`;
}

/** Starts the delay server; resolves to its port when it listens. It ends with the test. */
export async function startServer(
  env: Record<string, string> = {},
): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, [SOURCE, join(import.meta.dirname, 'delay-server.ts')], {
    env: { ...process.env, ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  running.add(child);
  for await (const text of child.stdout!) return { port: Number(text), child };
  throw new Error('the server printed no port');
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the lab's commands in a process of their own. */
export function startLab(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; finished: Promise<Finished> } {
  const child = spawn(process.execPath, [SOURCE, join(import.meta.dirname, 'lab.ts'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (text) => (stdout += text));
  child.stderr!.on('data', (text) => (stderr += text));
  const finished = new Promise<Finished>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, finished };
}

export function lab(...args: string[]): Promise<Finished> {
  return startLab(args).finished;
}
