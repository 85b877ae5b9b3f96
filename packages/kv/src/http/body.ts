import type { IncomingMessage } from 'node:http';
import { KvError } from '../contract/errors.ts';
import { valueTooLarge } from '../contract/keys.ts';
import { VALUE_BYTES_MAX } from '../contract/limits.ts';
import { type MemoryBudget, UNACCOUNTED_BYTES } from './budget.ts';

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

/**
 * Reads a body of at most 8 MiB and calls exactly one of the callbacks, `abandoned` when the client goes away
 * first. Callbacks instead of a promise: this is the path of every PUT.
 */
export function readBody(
  request: IncomingMessage,
  budget: MemoryBudget,
  done: (body: Body) => void,
  refused: (error: KvError) => void,
  abandoned: () => void,
): void {
  const declared = declaredBytes(request);
  if (declared === 0) {
    done(EMPTY);
    return;
  }
  if (declared !== undefined && declared > VALUE_BYTES_MAX) {
    discard(request);
    refused(valueTooLarge(declared));
    return;
  }
  const chunks: Buffer[] = [];
  let received = 0;
  let taken = 0;
  // A flag, because taking three listeners off again would cost a PUT more than they do.
  let settled = false;
  const refuse = (error: KvError): void => {
    settled = true;
    budget.give(taken);
    discard(request);
    refused(error);
  };
  const finish = (): void => {
    settled = true;
    done({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, received), taken });
  };
  request.on('data', (chunk: Buffer) => {
    if (settled) return;
    received += chunk.byteLength;
    if (received > VALUE_BYTES_MAX) {
      refuse(valueTooLarge(received));
      return;
    }
    if (received > UNACCOUNTED_BYTES) {
      const more = received - taken;
      if (!budget.take(more)) {
        refuse(
          new KvError(
            'KV_BUSY',
            'too many bytes of other requests are in memory; nothing was written, try again',
          ),
        );
        return;
      }
      taken += more;
    }
    chunks.push(chunk);
    // The declared length is what the parser lets through: no need to wait for 'end'.
    if (received === declared) finish();
  });
  if (declared === undefined) {
    request.on('end', () => {
      if (!settled) finish();
    });
  }
  request.on('close', () => {
    if (settled) return;
    settled = true;
    budget.give(taken);
    abandoned();
  });
}

/** Reads on without keeping anything, and cuts the connection when there is too much of it. */
export function discard(request: IncomingMessage): void {
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.byteLength;
    if (discarded > DISCARD_BYTES_MAX) request.socket.destroy();
  });
}
