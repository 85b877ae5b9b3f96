import { connect, type Socket } from 'node:net';

/** Sends bytes as they are and collects what comes back until the server closes, or `until` is satisfied. */
export function exchange(
  port: number,
  send: string | Uint8Array,
  options: { end?: boolean; until?: (received: Buffer) => boolean } = {},
): Promise<Buffer> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket: Socket = connect(port, '127.0.0.1', () => {
      if (options.end) socket.end(send);
      else socket.write(send);
    });
    const done = (): void => {
      socket.destroy();
      resolve(received);
    };
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (options.until?.(received)) done();
    });
    socket.on('error', done);
    socket.on('close', done);
  });
}

/** A request that closes its connection, so that `exchange` returns the whole answer. */
export function request(method: string, path: string, headers: string[] = [], body = ''): string {
  return `${[`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n${body}`;
}

export function statusOf(answer: Buffer): number {
  const line = /^HTTP\/1\.1 (\d{3}) /.exec(answer.toString('latin1', 0, 40));
  return line === null ? 0 : Number(line[1]);
}

/** The HTTP chunks of an answer, each by itself. Throws when the body does not end as a chunked body must. */
export function chunksOf(answer: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  let at = answer.indexOf('\r\n\r\n') + 4;
  for (;;) {
    const line = answer.indexOf('\r\n', at);
    const size = Number.parseInt(answer.toString('latin1', at, line), 16);
    if (Number.isNaN(size) || line === -1) throw new Error(`no chunk at ${at}`);
    if (size === 0) {
      if (answer.toString('latin1', line) !== '\r\n\r\n')
        throw new Error('the body does not end after its last chunk');
      return chunks;
    }
    chunks.push(answer.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
