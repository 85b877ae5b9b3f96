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
        let answer = new Answer();
        const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => send());
        const send = (): void => {
          answer = new Answer();
          sent_ms = performance.now();
          if (sent_ms >= until) socket.end(() => resolve());
          else socket.write(next());
        };
        socket.on('error', reject);
        socket.on('data', (chunk) => {
          if (!answer.receive(chunk)) return;
          if (!statuses.includes(answer.status)) {
            reject(new Error(`an answer of ${answer.status}`));
            return;
          }
          latencies_ms.push(performance.now() - sent_ms);
          send();
        });
      });
    }),
  );
  return { requests: latencies_ms.length, seconds: (performance.now() - began) / 1_000, latencies_ms };
}

const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');

/** One answer as it arrives: its status, and whether it is complete. Bodies are counted, not kept. */
export class Answer {
  status = 0;
  #head: Buffer = Buffer.alloc(0);
  /** Bytes of the body still to come; undefined while the head is incomplete; infinite for chunks. */
  #missing: number | undefined;
  #tail: Buffer = Buffer.alloc(0);

  /** True when this piece was the last. */
  receive(piece: Buffer): boolean {
    if (this.#missing === undefined) {
      this.#head = this.#head.byteLength === 0 ? piece : Buffer.concat([this.#head, piece]);
      const end = this.#head.indexOf('\r\n\r\n');
      if (end === -1) return false;
      const head = this.#head.toString('latin1', 0, end);
      this.status = Number(head.slice(9, 12));
      const chunked = /transfer-encoding: chunked/i.test(head);
      this.#missing = chunked
        ? Number.POSITIVE_INFINITY
        : Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      return this.#body(this.#head.subarray(end + 2));
    }
    return this.#body(piece);
  }

  /** The first piece begins with the end of the head's last line, so that an empty chunked body has its mark. */
  #body(piece: Buffer): boolean {
    if (this.#missing !== Number.POSITIVE_INFINITY) {
      this.#missing! -= piece.byteLength - (this.#tail.byteLength === 0 ? 2 : 0);
      this.#tail = LAST_CHUNK;
      return this.#missing! <= 0;
    }
    this.#tail = Buffer.concat([this.#tail, piece.subarray(-LAST_CHUNK.byteLength)]).subarray(
      -LAST_CHUNK.byteLength,
    );
    return this.#tail.equals(LAST_CHUNK);
  }
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
