import type { IncomingMessage } from 'node:http';
import { KvError } from '../contract/errors.ts';
import { valueTooLarge } from '../contract/keys.ts';
import { VALUE_BYTES_MAX } from '../contract/limits.ts';
import { type MemoryBudget, UNACCOUNTED_BYTES } from './budget.ts';
import type { BodySink, KvRequest } from './request.ts';

/** A request's body, and what it holds of the budget until `taken` is given back. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly taken: number;
}

const EMPTY: Body = { bytes: Buffer.alloc(0), taken: 0 };

/** What a refused body may still bring before its connection is cut: reading it lets the client see the answer. */
const DISCARD_BYTES_MAX = 64 * 1024 * 1024;

/** The declared length, or undefined for a chunked body. Node has checked that it is a number. */
export function declaredBytes(request: IncomingMessage): number | undefined {
  const declared = request.headers['content-length'];
  if (declared !== undefined) return Number(declared);
  return request.headers['transfer-encoding'] === undefined ? 0 : undefined;
}

/** What becomes of a body; exactly one of these is called. */
export interface BodyReader {
  done(body: Body): void;
  refused(error: KvError): void;
  /** The client went away first. */
  abandoned(): void;
}

/** Reads a body of at most 8 MiB. Callbacks instead of a promise: this is the path of every PUT. */
export function readBody(request: KvRequest, budget: MemoryBudget, reader: BodyReader): void {
  const declared = declaredBytes(request);
  if (declared === 0) {
    reader.done(EMPTY);
    return;
  }
  if (declared !== undefined && declared > VALUE_BYTES_MAX) {
    discard(request);
    reader.refused(valueTooLarge(declared));
    return;
  }
  request.sendTo(new Gathering(request, declared, budget, reader));
}

class Gathering implements BodySink {
  readonly #request: KvRequest;
  readonly #declared: number | undefined;
  readonly #budget: MemoryBudget;
  readonly #reader: BodyReader;
  #chunks: Buffer[] = [];
  #received = 0;
  #taken = 0;
  #settled = false;

  constructor(request: KvRequest, declared: number | undefined, budget: MemoryBudget, reader: BodyReader) {
    this.#request = request;
    this.#declared = declared;
    this.#budget = budget;
    this.#reader = reader;
  }

  piece(chunk: Buffer): void {
    if (this.#settled) return;
    this.#received += chunk.byteLength;
    if (this.#received > VALUE_BYTES_MAX) {
      this.#refuse(valueTooLarge(this.#received));
      return;
    }
    if (this.#received > UNACCOUNTED_BYTES) {
      const more = this.#received - this.#taken;
      if (!this.#budget.take(more)) {
        this.#refuse(
          new KvError(
            'KV_BUSY',
            'too many bytes of other requests are in memory; nothing was written, try again',
          ),
        );
        return;
      }
      this.#taken += more;
    }
    this.#chunks.push(chunk);
    // The declared length is what the parser lets through: no need to wait for its end.
    if (this.#received === this.#declared) this.#finish();
  }

  end(): void {
    if (!this.#settled) this.#finish();
  }

  abandoned(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#budget.give(this.#taken);
    this.#reader.abandoned();
  }

  #finish(): void {
    this.#settled = true;
    const chunks = this.#chunks;
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, this.#received);
    this.#chunks = [];
    this.#reader.done({ bytes, taken: this.#taken });
  }

  #refuse(error: KvError): void {
    this.#settled = true;
    this.#chunks = [];
    this.#budget.give(this.#taken);
    this.#request.detach();
    discard(this.#request);
    this.#reader.refused(error);
  }
}

/** Reads on without keeping anything, and cuts the connection when there is too much of it. */
export function discard(request: IncomingMessage): void {
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.byteLength;
    if (discarded > DISCARD_BYTES_MAX) request.socket.destroy();
  });
}
