import { Buffer } from 'node:buffer';
import { StoreError } from '../errors.ts';
import { limits } from '../limits.ts';
import { shown } from '../options.ts';

/** The datatypes of a value. `text` is stored but not compared; all others can be queried and sorted by. */
export const datatypes = ['str', 'text', 'int', 'float', 'boolean', 'datetime', 'url', 'ref'] as const;

export type Datatype = (typeof datatypes)[number];

/**
 * The value as the engines keep and compare it: a string for str, text, url and ref (the key referred to), a
 * number for int, float and datetime (milliseconds since 1970 UTC), and 0 or 1 for boolean.
 */
export type Scalar = string | number;

/** 0001-01-01T00:00:00.000Z to 9999-12-31T23:59:59.999Z. */
const datetime_ms_min = -62_135_596_800_000;
const datetime_ms_max = 253_402_300_799_999;

export function isDatatype(name: unknown): name is Datatype {
  return (datatypes as readonly unknown[]).includes(name);
}

/**
 * Strings are Unicode text: every string must be well formed (no lone surrogates) and without NUL, which
 * Postgres cannot hold. The rule is the same on every engine. Unicode is not normalised.
 */
export function checkString(value: unknown, path: string, what: string, bytesMax: number): string {
  if (typeof value !== 'string') {
    throw new StoreError('STORE_BAD_VALUE', `${path}: ${what} must be a string, got ${shown(value)}`, {
      path,
    });
  }
  // Every UTF-16 unit takes at most 3 bytes, so that most strings need not be measured.
  if (value.length * 3 > bytesMax && Buffer.byteLength(value) > bytesMax) {
    throw new StoreError(
      'STORE_TOO_LARGE',
      `${path}: ${what} has ${Buffer.byteLength(value)} bytes of UTF-8, at most ${bytesMax} are allowed` +
        (what === 'str' ? '; use the datatype text for long strings (it is stored, not indexed)' : ''),
      { path },
    );
  }
  if (value.includes('\0')) {
    throw new StoreError('STORE_BAD_VALUE', `${path}: ${what} contains the character NUL (U+0000)`, { path });
  }
  if (!value.isWellFormed()) {
    throw new StoreError('STORE_BAD_VALUE', `${path}: ${what} contains a lone surrogate, which is not text`, {
      path,
    });
  }
  return value;
}

export function checkKey(value: unknown, path: string): string {
  const key = checkString(value, path, 'key', limits.key_bytes_max);
  if (key === '') throw new StoreError('STORE_BAD_VALUE', `${path}: a key must not be empty`, { path });
  return key;
}

export function checkType(value: unknown, path: string): string {
  const type = checkString(value, path, 'type', limits.type_bytes_max);
  if (type === '') throw new StoreError('STORE_BAD_VALUE', `${path}: a type must not be empty`, { path });
  return type;
}

/** The scalar form of a natural value (`Date` for datetime), or an error that names `path`. */
export function toScalar(datatype: Datatype, value: unknown, path: string): Scalar {
  switch (datatype) {
    case 'str':
      return checkString(value, path, 'str', limits.str_bytes_max);
    case 'text':
      return checkString(value, path, 'text', limits.object_bytes_max);
    case 'url':
      return checkUrl(value, path);
    case 'ref':
      return checkKey(value, path);
    case 'int':
      return checkInt(value, path);
    case 'float':
      return checkFloat(value, path);
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongValue(path, 'boolean', 'true or false', value);
      return value ? 1 : 0;
    case 'datetime':
      return checkDatetime(value, path);
  }
}

/** The inverse of toScalar. */
export function fromScalar(datatype: Datatype, scalar: Scalar): string | number | boolean | Date {
  if (datatype === 'boolean') return scalar === 1;
  if (datatype === 'datetime') return new Date(scalar as number);
  return scalar;
}

function checkInt(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (typeof value === 'number' && Number.isInteger(value)) {
    const bounds = 'from -(2^53 - 1) to 2^53 - 1, beyond which a number is not exact';
    throw wrongValue(path, 'int', `an integer ${bounds}; keep larger ones as str`, value);
  }
  throw wrongValue(path, 'int', 'an integer', value);
}

function checkFloat(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw wrongValue(path, 'float', 'a finite number', value);
  }
  // -0 equals 0 for every engine and has no JSON form.
  return value === 0 ? 0 : value;
}

function checkDatetime(value: unknown, path: string): number {
  const time = value instanceof Date ? value.getTime() : Number.NaN;
  if (!(time >= datetime_ms_min && time <= datetime_ms_max)) {
    throw wrongValue(path, 'datetime', 'a Date from year 1 to 9999', value);
  }
  return time;
}

function checkUrl(value: unknown, path: string): string {
  const url = checkString(value, path, 'url', limits.str_bytes_max);
  if (!URL.canParse(url)) throw wrongValue(path, 'url', 'an absolute URL', value);
  return url;
}

function wrongValue(path: string, datatype: Datatype, expected: string, value: unknown): StoreError {
  const given = typeof value === 'number' ? String(value) : shown(value);
  return new StoreError('STORE_BAD_VALUE', `${path}: ${datatype} must be ${expected}, got ${given}`, {
    path,
  });
}
