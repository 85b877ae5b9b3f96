/** What the parser tells as an answer arrives. */
export interface ResponseEvents {
  onHead(head: string): void;
  onBody(piece: Buffer): void;
}

const STATE = {
  head: 0,
  fixed: 1,
  chunkSize: 2,
  chunkData: 3,
  chunkEnd: 4,
  trailers: 5,
  untilClose: 6,
  done: 7,
};

const HEAD_BYTES_MAX = 256 * 1024;
const CHUNK_LINE_BYTES_MAX = 16 * 1024;

/**
 * Reads HTTP/1.1 responses (RFC 9112, section 6.3 for the length of a body) from a byte stream, one at a
 * time, however the bytes are split. Built for a load generator: when an answer arrives in one piece, which
 * is the common case, nothing is copied and only the head becomes a string.
 *
 * `push` throws `ResponseSyntaxError` on bytes that are not a response.
 */
export class ResponseParser {
  /** Status of the answer being read; 0 until its head is complete. */
  status = 0;
  /** Body bytes so far, chunk framing excluded. */
  bytes = 0;
  /** Whether the connection may carry another request after this answer. */
  keepAlive = true;

  private state = STATE.done;
  private headOnly = false;
  private remaining = 0;
  private pending: Buffer | undefined;
  private events: ResponseEvents | undefined;

  /** Makes ready for the next answer. */
  start(headOnly: boolean, events: ResponseEvents | undefined): void {
    this.status = 0;
    this.bytes = 0;
    this.keepAlive = true;
    this.headOnly = headOnly;
    this.state = STATE.head;
    this.pending = undefined;
    this.events = events;
  }

  /** Whether any byte of the answer has come. */
  get started(): boolean {
    return this.state !== STATE.head || this.pending !== undefined;
  }

  /** Takes the next bytes; true when the answer is complete. Bytes beyond its end are an error. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      switch (this.state) {
        case STATE.head:
          at = this.readHead(chunk, at);
          break;
        case STATE.fixed:
        case STATE.chunkData:
          at = this.readCounted(chunk, at);
          break;
        case STATE.chunkSize:
          at = this.readChunkSize(chunk, at);
          break;
        case STATE.chunkEnd:
        case STATE.trailers:
          at = this.readLineEnd(chunk, at);
          break;
        case STATE.untilClose:
          this.deliver(chunk, at, chunk.length);
          at = chunk.length;
          break;
        default:
          throw new ResponseSyntaxError('bytes after the end of the answer');
      }
    }
    return this.state === STATE.done;
  }

  /** The peer closed; true when that ends the answer as it should. */
  end(): boolean {
    if (this.state !== STATE.untilClose) return false;
    this.state = STATE.done;
    return true;
  }

  private readHead(chunk: Buffer, from: number): number {
    let bytes = from === 0 ? chunk : chunk.subarray(from);
    const kept = this.pending?.length ?? 0;
    if (this.pending) bytes = Buffer.concat([this.pending, bytes]);
    const end = bytes.indexOf('\r\n\r\n', Math.max(0, kept - 3), 'latin1');
    if (end === -1) {
      if (bytes.length > HEAD_BYTES_MAX) throw new ResponseSyntaxError('head over 256 KiB');
      if (bytes.length >= 5 && bytes.toString('latin1', 0, 5) !== 'HTTP/')
        throw new ResponseSyntaxError('not HTTP');
      this.pending = bytes;
      return chunk.length;
    }
    this.pending = undefined;
    this.interpretHead(bytes.toString('latin1', 0, end + 2));
    return from + end + 4 - kept;
  }

  private interpretHead(head: string): void {
    const status = Number.parseInt(head.slice(9, 12), 10);
    if (!head.startsWith('HTTP/1.') || !(status >= 100 && status <= 999)) {
      throw new ResponseSyntaxError(`not an HTTP/1.x status line: ${JSON.stringify(head.slice(0, 40))}`);
    }
    // Interim answers (100 Continue, 103 Early Hints) are followed by the real one.
    if (status < 200) {
      if (status === 101) throw new ResponseSyntaxError('the server switched protocols');
      return;
    }
    this.status = status;
    this.keepAlive = head.charCodeAt(7) === 0x31 /* HTTP/1.1 */ ? !CLOSE.test(head) : KEEP_ALIVE.test(head);
    this.events?.onHead(head);
    if (this.headOnly || status === 204 || status === 304) {
      this.state = STATE.done;
      return;
    }
    const encoding = TRANSFER_ENCODING.exec(head);
    if (encoding) {
      if (/\bchunked\s*$/i.test(encoding[1]!)) this.state = STATE.chunkSize;
      else this.readUntilClose();
      return;
    }
    const length = CONTENT_LENGTH.exec(head);
    if (!length) {
      this.readUntilClose();
      return;
    }
    if (!/^\d{1,15}$/.test(length[1]!))
      throw new ResponseSyntaxError(`bad content-length ${JSON.stringify(length[1])}`);
    this.remaining = Number(length[1]);
    this.state = this.remaining === 0 ? STATE.done : STATE.fixed;
  }

  private readUntilClose(): void {
    this.state = STATE.untilClose;
    this.keepAlive = false;
  }

  private readCounted(chunk: Buffer, from: number): number {
    const to = Math.min(chunk.length, from + this.remaining);
    this.deliver(chunk, from, to);
    this.remaining -= to - from;
    if (this.remaining === 0) this.state = this.state === STATE.fixed ? STATE.done : STATE.chunkEnd;
    return to;
  }

  private readChunkSize(chunk: Buffer, from: number): number {
    const line = this.takeLine(chunk, from);
    if (line === undefined) return chunk.length;
    const size = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line.text);
    if (!size) throw new ResponseSyntaxError(`bad chunk size ${JSON.stringify(line.text.slice(0, 40))}`);
    this.remaining = Number.parseInt(size[1]!, 16);
    this.state = this.remaining === 0 ? STATE.trailers : STATE.chunkData;
    return line.next;
  }

  private readLineEnd(chunk: Buffer, from: number): number {
    const line = this.takeLine(chunk, from);
    if (line === undefined) return chunk.length;
    if (this.state === STATE.chunkEnd) {
      if (line.text !== '') throw new ResponseSyntaxError('chunk longer than its size');
      this.state = STATE.chunkSize;
    } else if (line.text === '') {
      this.state = STATE.done;
    }
    return line.next;
  }

  private takeLine(chunk: Buffer, from: number): { text: string; next: number } | undefined {
    const kept = this.pending;
    const end = chunk.indexOf(0x0a, from);
    if (end === -1) {
      const rest = chunk.subarray(from);
      this.pending = kept ? Buffer.concat([kept, rest]) : rest;
      if (this.pending.length > CHUNK_LINE_BYTES_MAX) throw new ResponseSyntaxError('chunk line over 16 KiB');
      return undefined;
    }
    this.pending = undefined;
    const text = (kept?.toString('latin1') ?? '') + chunk.toString('latin1', from, end);
    if (!text.endsWith('\r')) throw new ResponseSyntaxError('line ends without carriage return');
    return { text: text.slice(0, -1), next: end + 1 };
  }

  private deliver(chunk: Buffer, from: number, to: number): void {
    this.bytes += to - from;
    this.events?.onBody(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
  }
}

export class ResponseSyntaxError extends Error {
  override readonly name = 'ResponseSyntaxError';
}

const CONTENT_LENGTH = /\r\ncontent-length:[ \t]*([^\r\n]*?)[ \t]*\r\n/i;
const TRANSFER_ENCODING = /\r\ntransfer-encoding:([^\r\n]*)\r\n/i;
const CLOSE = /\r\nconnection:[^\r\n]*\bclose\b/i;
const KEEP_ALIVE = /\r\nconnection:[^\r\n]*\bkeep-alive\b/i;
