import type { Entry } from '../engine/engine.ts';

/** The media type of length-prefixed records, for clients that must tell records apart. */
export const FRAMES_TYPE = 'application/vnd.cowpath.kv-entries';

/**
 * How the entries of a range are written into its body.
 *
 * - `chunks`: the contract's form. Each record `key\nvalue` is one HTTP chunk, framed here and not by Node, so
 *   that a batch of records is one write.
 * - `plain`: the same records, one after another, for HTTP/1.0, which has no chunks.
 * - `frames`: key length and value length (32 bits, big-endian each), key, value; two zeros at the end, so that a
 *   client can tell the end from a break.
 */
export type Form = 'chunks' | 'plain' | 'frames';

export function encodeEntries(entries: readonly Entry[], form: Form): Buffer {
  switch (form) {
    case 'chunks':
      return encodeChunks(entries);
    case 'plain':
      return encodePlain(entries);
    case 'frames':
      return encodeFrames(entries);
  }
}

/** What stands after the last entry. */
export function encodeEnd(form: Form): Buffer | undefined {
  if (form === 'chunks') return Buffer.from('0\r\n\r\n', 'latin1');
  return form === 'frames' ? Buffer.alloc(8) : undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

function encodeChunks(entries: readonly Entry[]): Buffer {
  let total = 0;
  for (const [key, value] of entries) {
    const record = key.byteLength + 1 + value.byteLength;
    total += hexDigits(record) + 2 + record + 2;
  }
  const out = Buffer.allocUnsafe(total);
  let at = 0;
  for (const [key, value] of entries) {
    const record = key.byteLength + 1 + value.byteLength;
    for (let shift = 4 * (hexDigits(record) - 1); shift >= 0; shift -= 4)
      out[at++] = HEX[(record >>> shift) & 15]!;
    out[at++] = CR;
    out[at++] = LF;
    out.set(key, at);
    at += key.byteLength;
    out[at++] = LF;
    out.set(value, at);
    at += value.byteLength;
    out[at++] = CR;
    out[at++] = LF;
  }
  return out;
}

function encodePlain(entries: readonly Entry[]): Buffer {
  let total = 0;
  for (const [key, value] of entries) total += key.byteLength + 1 + value.byteLength;
  const out = Buffer.allocUnsafe(total);
  let at = 0;
  for (const [key, value] of entries) {
    out.set(key, at);
    at += key.byteLength;
    out[at++] = LF;
    out.set(value, at);
    at += value.byteLength;
  }
  return out;
}

function encodeFrames(entries: readonly Entry[]): Buffer {
  let total = 0;
  for (const [key, value] of entries) total += 8 + key.byteLength + value.byteLength;
  const out = Buffer.allocUnsafe(total);
  let at = 0;
  for (const [key, value] of entries) {
    at = out.writeUInt32BE(key.byteLength, at);
    at = out.writeUInt32BE(value.byteLength, at);
    out.set(key, at);
    at += key.byteLength;
    out.set(value, at);
    at += value.byteLength;
  }
  return out;
}

/** Hexadecimal digits of a positive number below 2^32. */
function hexDigits(value: number): number {
  return (35 - Math.clz32(value)) >>> 2;
}
