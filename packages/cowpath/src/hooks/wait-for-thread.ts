import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** What the thread finds in its `workerData`. */
export interface Asked<Question> {
  readonly question: Question;
  readonly port: MessagePort;
  /** Set to 1 once the answer has been posted. */
  readonly answered: Int32Array;
}

/**
 * Asks a thread of Cowpath's own and waits for its answer with this thread at rest: none of the program's timers,
 * sockets or promises move meanwhile. Works in a process that is ending. Null when there is no answer within
 * `wait_ms`, or the thread cannot be had.
 * @param file URL of the thread's module, which answers with `answer`
 */
export function waitForThread<Question, Answer>(
  file: URL,
  question: Question,
  wait_ms: number,
): Answer | null {
  // A bundle of Cowpath itself does not bring the file along.
  if (file.protocol !== 'file:' || !existsSync(fileURLToPath(file))) return null;
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const workerData: Asked<Question> = { question, port: port2, answered };
  // Without the program's preloads, so that the thread is neither recorded nor slowed, and silent.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const thread = new Worker(file, {
    workerData,
    transferList: [port2],
    execArgv: [],
    env,
    stdin: false,
    stdout: true,
    stderr: true,
  });
  thread.unref();
  thread.on('error', () => {});
  Atomics.wait(answered, 0, 0, wait_ms);
  const answer = receiveMessageOnPort(port1) as { message: Answer } | undefined;
  port1.close();
  void thread.terminate();
  return answer?.message ?? null;
}

/** In the thread: gives the answer, and wakes who waits for it. */
export function answer(asked: Asked<unknown>, message: unknown): void {
  asked.port.postMessage(message);
  Atomics.store(asked.answered, 0, 1);
  Atomics.notify(asked.answered, 0);
}
