import type { ExchangeError } from '../client/exchange.ts';
import type { HttpClient } from '../client/http-client.ts';
import type { PlannedRequest } from '../plan/plan.ts';

/** A whole answer, as bytes. */
export interface Answer {
  readonly status: number;
  /** The head as text, status line included. */
  readonly head: string;
  /** As sent: content-encoding not undone. */
  readonly body: Buffer;
  readonly error: ExchangeError | undefined;
}

export function fetchAnswer(
  client: HttpClient,
  request: Pick<PlannedRequest, 'wire' | 'method' | 'safe'>,
): Promise<Answer> {
  return new Promise((resolve) => {
    let head = '';
    const pieces: Buffer[] = [];
    client.send({
      wire: request.wire,
      headOnly: request.method === 'HEAD',
      retriable: request.safe,
      onHead: (text) => {
        head = text;
      },
      onBody: (piece) => {
        pieces.push(Buffer.from(piece));
      },
      settle: (status, _bytes, error) => resolve({ status, head, body: Buffer.concat(pieces), error }),
    });
  });
}

/** The value of a header in a head, '' when absent. */
export function headerOf(head: string, name: string): string {
  return new RegExp(`\\r\\n${name}:[ \\t]*([^\\r\\n]*)`, 'i').exec(head)?.[1]?.trim() ?? '';
}
