import { KvError } from '../contract/errors.ts';
import { checkKey } from '../contract/keys.ts';
import { KEY_BYTES_MAX } from '../contract/limits.ts';

/** The parts of a request's target. */
export interface Target {
  readonly path: string;
  /** Without the `?`; empty when there is none. */
  readonly query: string;
}

/**
 * Splits a request's target. The absolute form (`http://host/path?query`), which a server must accept
 * (RFC 9112, 3.2.2), loses its scheme and authority.
 */
export function parseTarget(url: string): Target {
  let from = 0;
  if (url.charCodeAt(0) !== SLASH) {
    const scheme = /^https?:\/\/[^/?]*/i.exec(url);
    if (scheme !== null) from = scheme[0].length;
  }
  const mark = url.indexOf('?', from);
  return mark === -1
    ? { path: url.slice(from), query: '' }
    : { path: url.slice(from, mark), query: url.slice(mark + 1) };
}

/**
 * The bytes of one parameter, or undefined when it is absent. Names and values are decoded as forms are
 * (`%XX` any byte, `+` a space); every other character stands for its own byte (Node's parser lets only ASCII
 * through).
 *
 * @throws {KvError} `KV_REQUEST_INVALID` when it is given twice or its percent-encoding is malformed.
 */
export function parameter(query: string, name: string): Uint8Array | undefined {
  const plain = `${name}=`;
  // By far the most requests have one parameter with nothing to decode.
  if (query.startsWith(plain) && !NEEDS_WORK.test(query))
    return Buffer.from(query.slice(plain.length), 'latin1');
  let found: Uint8Array | undefined;
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const rawName = equals === -1 ? pair : pair.slice(0, equals);
    if (rawName !== name && decode(rawName, 'a parameter name').toString('latin1') !== name) continue;
    if (found !== undefined) {
      throw new KvError('KV_REQUEST_INVALID', `parameter '${name}' is given more than once; give it once`);
    }
    found = equals === -1 ? Buffer.alloc(0) : decode(pair.slice(equals + 1), `parameter '${name}'`);
  }
  return found;
}

/**
 * The key of a query that is `name=` and ASCII characters with nothing to decode, as most are, or undefined:
 * then ask `requiredKey`.
 */
export function plainKey(query: string, prefix: string): string | undefined {
  if (!query.startsWith(prefix) || NEEDS_WORK.test(query)) return undefined;
  const length = query.length - prefix.length;
  return length >= 1 && length <= KEY_BYTES_MAX ? query.slice(prefix.length) : undefined;
}

/** A parameter that names a key. @throws {KvError} when it is missing, empty or too long. */
export function requiredKey(query: string, name: string): Uint8Array {
  const key = parameter(query, name);
  if (key === undefined) throw missing(name);
  checkKey(key, `parameter '${name}'`);
  return key;
}

/** As `requiredKey`, for a parameter that may be left out. */
export function optionalKey(query: string, name: string): Uint8Array | undefined {
  const key = parameter(query, name);
  if (key === undefined) return undefined;
  if (key.byteLength === 0) {
    throw new KvError('KV_REQUEST_INVALID', `parameter '${name}' is empty; leave it out for no upper bound`);
  }
  checkKey(key, `parameter '${name}'`);
  return key;
}

/**
 * `replicas=ack/from`: how many of how many copies must have answered.
 * @throws {KvError} for anything but two whole numbers with 1 <= ack <= from <= `replicas`.
 */
export function checkReplicas(query: string, replicas: number): void {
  if (!MAY_NAME_REPLICAS.test(query)) return;
  const given = parameter(query, 'replicas');
  if (given === undefined) return;
  const text = Buffer.from(given).toString('latin1');
  const parts = /^(\d{1,9})\/(\d{1,9})$/.exec(text);
  const wrong = (why: string): KvError =>
    new KvError('KV_REQUEST_INVALID', `parameter 'replicas' is '${text.slice(0, 60)}': ${why}`);
  if (parts === null) throw wrong("expected 'ack/from', two whole numbers such as 1/1");
  const ack = Number(parts[1]);
  const from = Number(parts[2]);
  if (ack < 1) throw wrong('ack must be at least 1');
  if (ack > from) throw wrong('ack must be at most from');
  if (from > replicas)
    throw wrong(`from must be at most ${replicas}, the number of copies that this service keeps`);
}

const SLASH = 0x2f;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
const NEEDS_WORK = /[%+&]/;
/** A cheap no for nearly every request: 'replicas', or something that may decode to it. */
const MAY_NAME_REPLICAS = /[&%]|^replicas/;

function missing(name: string): KvError {
  return new KvError(
    'KV_REQUEST_INVALID',
    `parameter '${name}' is missing; expected ?${name}=<key, URL-encoded>`,
  );
}

function decode(text: string, what: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === PLUS) {
      bytes[length++] = SPACE;
    } else if (code === PERCENT) {
      const byte = hexDigit(text.charCodeAt(at + 1)) * 16 + hexDigit(text.charCodeAt(at + 2));
      if (Number.isNaN(byte)) {
        throw new KvError(
          'KV_REQUEST_INVALID',
          `${what} has '${text.slice(at, at + 3)}' at position ${at}; expected % and two hexadecimal digits`,
        );
      }
      bytes[length++] = byte;
      at += 2;
    } else {
      bytes[length++] = code;
    }
  }
  return bytes.subarray(0, length);
}

/** NaN for what is no hexadecimal digit, or for the NaN of a position past the end. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN;
}
