import { KvError } from '../contract/errors.ts';

/** An entry of a range. */
export interface KvEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * Reads length-prefixed entries (`records.ts`) from a body that arrives in pieces.
 * @throws {KvError} `KV_UNREACHABLE` when the body ends before its end mark: entries are missing.
 */
export async function* readFrames(body: AsyncIterable<Uint8Array>): AsyncGenerator<KvEntry, void, undefined> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let needed = 8;
  for await (const piece of body) {
    pending.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    pendingBytes += piece.byteLength;
    if (pendingBytes < needed) continue;
    const bytes = pending.length === 1 ? pending[0]! : Buffer.concat(pending, pendingBytes);
    let at = 0;
    for (;;) {
      needed = 8;
      if (bytes.byteLength - at < needed) break;
      const keyBytes = bytes.readUInt32BE(at);
      const valueBytes = bytes.readUInt32BE(at + 4);
      if (keyBytes === 0) return;
      needed = 8 + keyBytes + valueBytes;
      if (bytes.byteLength - at < needed) break;
      const from = at + 8;
      at += needed;
      // Copies: a slice would keep the whole piece in memory for as long as the caller keeps one entry.
      yield {
        key: Buffer.from(bytes.subarray(from, from + keyBytes)),
        value: Buffer.from(bytes.subarray(from + keyBytes, at)),
      };
    }
    pending = [bytes.subarray(at)];
    pendingBytes = bytes.byteLength - at;
  }
  throw new KvError(
    'KV_UNREACHABLE',
    'the range broke off before its end; ask again, from the last key received',
  );
}
