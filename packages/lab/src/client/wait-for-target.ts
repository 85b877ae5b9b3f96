import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import type { Target } from './target.ts';

const RETRY_MS = 100;
const ATTEMPT_MS_MAX = 2_000;

/**
 * Waits until something accepts connections at the target. No request is sent, so the target's own log holds
 * only what the run sends.
 * @throws LabError TARGET_DOWN after `wait_ms`; the signal's reason when aborted
 */
export async function waitForTarget(target: Target, wait_ms: number, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + wait_ms;
  for (;;) {
    signal?.throwIfAborted();
    const problem = await attempt(target);
    if (!problem) return;
    if (performance.now() >= until) {
      throw new LabError(
        'TARGET_DOWN',
        `nothing answers at ${target.href} (${problem.message}), after waiting ${wait_ms / 1000} s; start the server, or wait longer with --wait`,
        { cause: problem },
      );
    }
    await sleep(RETRY_MS);
  }
}

function attempt(target: Target): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.hostname, port: target.port, timeout: ATTEMPT_MS_MAX });
    const end = (problem: Error | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(error.message ? error : new Error(error.code ?? 'no connection')),
    );
    socket.once('timeout', () => end(new Error('no answer to connecting')));
  });
}
