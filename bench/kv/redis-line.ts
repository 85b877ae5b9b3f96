import { connect, type Socket } from 'node:net';

/** One pipelined connection to a Redis, for GET and SET only: the least that a client can do. */
export class RedisLine {
  readonly #socket: Socket;
  readonly #waiting: ((value: Buffer | undefined) => void)[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #out: (string | Buffer)[] = [];

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#receive(chunk));
  }

  get(key: string, done: (value: Buffer | undefined) => void): void {
    this.#send([`*2\r\n$3\r\nGET\r\n$${Buffer.byteLength(key)}\r\n${key}\r\n`], done);
  }

  set(key: string, value: Buffer, done: () => void): void {
    this.#send(
      [`*3\r\n$3\r\nSET\r\n$${Buffer.byteLength(key)}\r\n${key}\r\n$${value.byteLength}\r\n`, value, '\r\n'],
      done,
    );
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(parts: (string | Buffer)[], done: (value: Buffer | undefined) => void): void {
    this.#waiting.push(done);
    // What one turn of the event loop asks goes out as one write.
    if (this.#out.length === 0) setImmediate(() => this.#flush());
    this.#out.push(...parts);
  }

  #flush(): void {
    const parts = this.#out.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part));
    this.#out = [];
    this.#socket.write(Buffer.concat(parts));
  }

  #receive(chunk: Buffer): void {
    let bytes = this.#pending.byteLength === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const line = bytes.indexOf('\r\n');
      if (line === -1) break;
      const kind = bytes[0];
      if (kind === 0x24) {
        const length = Number(bytes.toString('latin1', 1, line));
        const end = line + 2 + (length < 0 ? 0 : length + 2);
        if (bytes.byteLength < end) break;
        this.#waiting.shift()!(length < 0 ? undefined : bytes.subarray(line + 2, end - 2));
        bytes = bytes.subarray(end);
      } else {
        if (kind === 0x2d) throw new Error(bytes.toString('latin1', 1, line));
        this.#waiting.shift()!(undefined);
        bytes = bytes.subarray(line + 2);
      }
    }
    this.#pending = bytes;
  }
}
