import { type DemoRequest, toHttp } from './requests.ts';

export interface SendOptions {
  /** Requests in flight at once; 2 by default: more only wait for each other on two cores. */
  concurrency?: number;
  /** Called after each answer. */
  onProgress?: (answered: number, total: number) => void;
  /** Ends the sending early; the promise is rejected with its reason. */
  signal?: AbortSignal;
}

export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';
  readonly code = 'BOOKSHOP_UNEXPECTED_ANSWER';
}

/**
 * Sends the requests in their order, reads every answer to its end, and resolves when all have come.
 *
 * @throws UnexpectedAnswerError at the first answer that is not a success.
 */
export async function sendRequests(
  url: string,
  requests: readonly DemoRequest[],
  options: SendOptions = {},
): Promise<void> {
  const { concurrency = 2, onProgress = () => undefined, signal } = options;
  const queue = requests.values();
  const stopped = new AbortController();
  const ended = signal ? AbortSignal.any([signal, stopped.signal]) : stopped.signal;
  let answered = 0;
  async function sender(): Promise<void> {
    // All senders take from one iterator, so that each request is sent once.
    for (const request of queue) {
      await send(url, request, ended);
      onProgress(++answered, requests.length);
    }
  }
  try {
    await Promise.all(Array.from({ length: concurrency }, sender));
  } finally {
    stopped.abort();
  }
}

async function send(url: string, request: DemoRequest, signal: AbortSignal): Promise<void> {
  const { method, path, body } = toHttp(request);
  const response = await fetch(new URL(path, url), {
    method,
    signal,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (response.ok) return;
  const hint = response.status === 409 ? ' Each cart can be checked out once: load the bookshop anew.' : '';
  throw new UnexpectedAnswerError(
    `${method} ${path} was answered with ${response.status}, expected a success: ${answer.slice(0, 200)}${hint}`,
  );
}
