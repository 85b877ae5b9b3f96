import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ended {
  /** The exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it printed, on both streams. */
  readonly output: string;
}

/** Runs a program of a suite to its end, at low priority; it is killed, with all it started, after `minutes_max` or an abort. */
export async function runProgram(
  command: readonly [string, ...string[]],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly scratch: string;
    readonly minutes_max: number;
    readonly signal: AbortSignal;
  },
): Promise<Ended> {
  const file = join(options.scratch, 'output.txt');
  // A file and no pipe: children that outlive the program would hold a pipe open.
  const output = openSync(file, 'w');
  const child = spawn('nice', ['-n', '15', ...command], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const kill = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended, and everything it started.
    }
  };
  const timer = setTimeout(kill, options.minutes_max * 60_000);
  options.signal.addEventListener('abort', kill);
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve([code, signal]));
    });
    return { code, signal, output: readFileSync(file, 'utf8') };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', kill);
    kill();
  }
}

/** How a program ended, in words. */
export function endedHow({ code, signal }: Ended): string {
  return signal === null ? `exit code ${code}` : signal;
}

/**
 * CPU seconds, user and system, of all children of this process that have ended and of theirs; null where there is
 * no `/proc`. The database server, which runs on, is not among them.
 */
export function cpuOfChildren(): number | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // After the name, which may hold anything, the state is field 3; cutime and cstime are fields 16 and 17.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticksASecond = 100;
    return (Number(fields[13]) + Number(fields[14])) / ticksASecond;
  } catch {
    return null;
  }
}
