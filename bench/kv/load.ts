import { connect, type Socket } from 'node:net';

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly duration_ms: number;
  /** The bytes of the next request. */
  readonly next: () => Buffer;
  /** Statuses that are right; any other ends the benchmark. */
  readonly statuses: readonly number[];
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Service times: from a request's last byte sent to its answer's last byte received. Unsorted. */
  readonly latencies_ms: number[];
}

/** Closed loop over raw sockets, one request under way on each; about 10 µs of client CPU a request. */
export async function load({ port, connections, duration_ms, next, statuses }: Load): Promise<LoadResult> {
  const latencies_ms: number[] = [];
  const began = performance.now();
  const until = began + duration_ms;
  await Promise.all(
    Array.from({ length: connections }, () => {
      return new Promise<void>((resolve, reject) => {
        let sent_ms = 0;
        let pending: Buffer | undefined;
        const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => send());
        const send = (): void => {
          sent_ms = performance.now();
          if (sent_ms >= until) socket.end(() => resolve());
          else socket.write(next());
        };
        socket.on('error', reject);
        socket.on('data', (chunk) => {
          const bytes = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
          const length = answerBytes(bytes);
          if (length === undefined || bytes.byteLength < length) {
            pending = bytes;
            return;
          }
          pending = undefined;
          const status = Number(bytes.toString('latin1', 9, 12));
          if (!statuses.includes(status)) return reject(new Error(bytes.toString('latin1', 0, 300)));
          latencies_ms.push(performance.now() - sent_ms);
          send();
        });
      });
    }),
  );
  return { requests: latencies_ms.length, seconds: (performance.now() - began) / 1_000, latencies_ms };
}

/** The whole length of an answer with a Content-Length, or undefined while its head is incomplete. */
function answerBytes(bytes: Buffer): number | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  return end + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
}

/** Reads a whole range and counts its bytes. */
export function drain(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = 0;
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    socket.on('data', (chunk) => {
      received += chunk.byteLength;
    });
    socket.on('error', reject);
    socket.on('end', () => resolve(received));
  });
}
