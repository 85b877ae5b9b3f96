import { KvError } from './errors.ts';
import { KEY_BYTES_MAX, VALUE_BYTES_MAX } from './limits.ts';

/** The order of keys everywhere in this package: by unsigned byte, a prefix before what it begins. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** @throws {KvError} `KV_REQUEST_INVALID` for an empty or too long key. `what` names it in the message. */
export function checkKey(key: Uint8Array, what: string): void {
  if (key.byteLength === 0)
    throw new KvError('KV_REQUEST_INVALID', `${what} is empty; a key has 1 to ${KEY_BYTES_MAX} bytes`);
  if (key.byteLength > KEY_BYTES_MAX) {
    throw new KvError(
      'KV_REQUEST_INVALID',
      `${what} is ${key.byteLength} bytes long; a key has 1 to ${KEY_BYTES_MAX} bytes`,
    );
  }
}

/** @throws {KvError} `KV_VALUE_TOO_LARGE`. */
export function checkValue(value: Uint8Array): void {
  if (value.byteLength > VALUE_BYTES_MAX) throw valueTooLarge(value.byteLength);
}

export function valueTooLarge(bytes: number): KvError {
  return new KvError(
    'KV_VALUE_TOO_LARGE',
    `the value is ${bytes} bytes or longer; the limit is ${VALUE_BYTES_MAX} (8 MiB): split it over several keys`,
  );
}
