import { Buffer } from 'node:buffer';
import { StoreError } from '../errors.ts';
import { limits } from '../limits.ts';
import { shown } from '../options.ts';
import { didYouMean } from '../suggest.ts';
import { checkString, type Datatype, fromScalar, type Scalar, toScalar } from './datatypes.ts';

/**
 * The properties of a thing as plain JSON. A string is a `str`, an integer an `int`, another number a `float`,
 * true and false are `boolean`; what JSON has no form for carries its datatype in an object with one name.
 */
export type Document = { [name: string]: DocumentValue };
export type DocumentValue = DocumentLeaf | DocumentValue[] | Document;
export type DocumentLeaf =
  | string
  | number
  | boolean
  | { readonly $ref: string }
  | { readonly $text: string }
  | { readonly $url: string }
  | { readonly $float: number }
  /** ISO 8601, UTC, milliseconds. */
  | { readonly $datetime: string };

/** What is accepted where a Document is expected: a Date stands for its `$datetime`. */
export type DocumentInput = { readonly [name: string]: DocumentInputValue };
export type DocumentInputValue =
  | DocumentLeaf
  | Date
  | readonly DocumentInputValue[]
  | { readonly [name: string]: DocumentInputValue };

/** One value of a thing, as the query tables hold it. */
export interface Leaf {
  /** The path of names, joined by dots; positions in lists are not part of it. */
  readonly name: string;
  readonly datatype: Datatype;
  readonly value: Scalar;
  /** The position among the values of that name when it is a list or inside one, else null. */
  readonly ordering: number | null;
}

/** Names that a thing has itself, beside its properties; usable in conditions, not as properties. */
export type Builtin = 'key' | 'type' | 'revision' | 'created' | 'last_modified';

export const builtins: Readonly<Record<Builtin, Datatype>> = {
  key: 'str',
  type: 'str',
  revision: 'int',
  created: 'datetime',
  last_modified: 'datetime',
};

const tags: Readonly<Record<string, Datatype>> = {
  $ref: 'ref',
  $text: 'text',
  $url: 'url',
  $float: 'float',
  $datetime: 'datetime',
};

export function isBuiltin(name: string): name is Builtin {
  return Object.hasOwn(builtins, name);
}

/** Validates properties, all but the one named `skipped`; returns the canonical document. Errors name the path. */
export function readDocument(input: unknown, at = '', skipped?: string): Document {
  if (!isObject(input)) {
    throw bad(at || 'properties', `expected an object of properties, got ${shown(input)}`);
  }
  const document: Document = {};
  const budget = { values: 0 };
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || name === skipped) continue;
    const path = checkName(name, at);
    if (at === '' && isBuiltin(name)) {
      throw bad(path, `${name} is a field of the thing itself and cannot be a property`);
    }
    document[name] = readValue(value, path, 0, budget);
  }
  return document;
}

/** Validates one property's value. */
export function readPropertyValue(input: unknown, path: string): DocumentValue {
  return readValue(input, path, 0, { values: 0 });
}

/** The tagged form of a natural value of a datatype. */
export function tagged(datatype: Datatype, scalar: Scalar): DocumentLeaf {
  switch (datatype) {
    case 'str':
    case 'int':
      return scalar;
    case 'boolean':
      return scalar === 1;
    case 'float':
      return Number.isInteger(scalar) ? { $float: scalar as number } : scalar;
    case 'text':
      return { $text: scalar as string };
    case 'url':
      return { $url: scalar as string };
    case 'ref':
      return { $ref: scalar as string };
    case 'datetime':
      return { $datetime: isoTime(scalar as number) };
  }
}

/** The datatype and value of a leaf, or undefined for a list or an object. Trusts its input. */
export function untagged(value: DocumentValue): { datatype: Datatype; value: Scalar } | undefined {
  if (typeof value === 'string') return { datatype: 'str', value };
  if (typeof value === 'number') return { datatype: Number.isInteger(value) ? 'int' : 'float', value };
  if (typeof value === 'boolean') return { datatype: 'boolean', value: value ? 1 : 0 };
  if (Array.isArray(value)) return undefined;
  const datatype = tagOf(value);
  if (datatype === undefined) return undefined;
  const inner = (value as Record<string, unknown>)[`$${datatype}`];
  return { datatype, value: datatype === 'datetime' ? Date.parse(inner as string) : (inner as Scalar) };
}

/** All values of a canonical document, in its order. */
export function leavesOf(document: Document): Leaf[] {
  const leaves: Leaf[] = [];
  let positions: Map<string, number> | undefined;
  const visit = (value: DocumentValue, name: string, inList: boolean): void => {
    if (Array.isArray(value)) {
      for (const element of value) visit(element, name, true);
      return;
    }
    const leaf = untagged(value);
    if (leaf === undefined) {
      for (const [inner, nested] of Object.entries(value as Document))
        visit(nested, `${name}.${inner}`, inList);
      return;
    }
    let ordering: number | null = null;
    if (inList) {
      positions ??= new Map();
      ordering = positions.get(name) ?? 0;
      positions.set(name, ordering + 1);
    }
    leaves.push({ name, datatype: leaf.datatype, value: leaf.value, ordering });
  };
  for (const [name, value] of Object.entries(document)) visit(value, name, false);
  return leaves;
}

/** A copy that shares nothing with a canonical document; many times faster than `structuredClone`. */
export function copyDocument(document: Document): Document {
  const copy: Document = {};
  for (const name of Object.keys(document)) copy[name] = copyValue(document[name]!);
  return copy;
}

function copyValue(value: DocumentValue): DocumentValue {
  if (typeof value !== 'object') return value;
  return Array.isArray(value) ? value.map(copyValue) : copyDocument(value as Document);
}

/** The JSON text of a document, its size checked. */
export function documentJson(document: Document, key: string): string {
  const json = JSON.stringify(document);
  if (json.length * 3 > limits.object_bytes_max && Buffer.byteLength(json) > limits.object_bytes_max) {
    throw new StoreError(
      'STORE_TOO_LARGE',
      `${key}: its properties take ${Buffer.byteLength(json)} bytes as JSON, at most ${limits.object_bytes_max} are allowed`,
      { path: key },
    );
  }
  return json;
}

/** Whether two canonical documents hold the same values; the order of names does not count. */
export function sameValue(a: DocumentValue, b: DocumentValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((element, i) => sameValue(element, b[i]!));
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const left = a as Document;
  const right = b as Document;
  return names.every((name) => Object.hasOwn(right, name) && sameValue(left[name]!, right[name]!));
}

/** A property path from a caller: names joined by dots. */
export function checkPath(path: unknown, where: string): string[] {
  const text = checkString(path, where, 'name', limits.path_bytes_max);
  const names = text.split('.');
  for (const name of names) checkName(name, where, where);
  return names;
}

function readValue(input: unknown, path: string, depth: number, budget: { values: number }): DocumentValue {
  if (Array.isArray(input)) {
    if (input.length > limits.list_length_max) {
      throw new StoreError(
        'STORE_TOO_LARGE',
        `${path}: a list has at most ${limits.list_length_max} elements, got ${input.length}`,
        { path },
      );
    }
    return input.map((element, i) => {
      if (Array.isArray(element)) throw bad(`${path}[${i}]`, 'a list cannot be an element of a list');
      return readValue(element, `${path}[${i}]`, depth, budget);
    });
  }
  if (!isObject(input) || input instanceof Date) return readLeaf(input, path, budget);
  const datatype = tagOf(input);
  if (datatype !== undefined) return readTagged(datatype, input, path, budget);
  if (depth === limits.nesting_max) {
    throw new StoreError(
      'STORE_TOO_LARGE',
      `${path}: objects are nested at most ${limits.nesting_max} deep`,
      {
        path,
      },
    );
  }
  const nested: Document = {};
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    nested[name] = readValue(value, checkName(name, path), depth + 1, budget);
  }
  return nested;
}

function readLeaf(input: unknown, path: string, budget: { values: number }): DocumentLeaf {
  countValue(path, budget);
  if (typeof input === 'string') return toScalar('str', input, path);
  if (typeof input === 'boolean') return input;
  if (input instanceof Date) return tagged('datetime', toScalar('datetime', input, path));
  if (typeof input === 'number') {
    return Number.isInteger(input) ? toScalar('int', input, path) : toScalar('float', input, path);
  }
  if (input === null) throw bad(path, 'null is not a value; leave the property out instead');
  throw bad(path, `expected a string, number, boolean, Date, list or object, got ${shown(input)}`);
}

function readTagged(
  datatype: Datatype,
  input: Record<string, unknown>,
  path: string,
  budget: { values: number },
): DocumentLeaf {
  countValue(path, budget);
  const inner = input[`$${datatype}`];
  if (datatype !== 'datetime') return tagged(datatype, toScalar(datatype, inner, path));
  const date = typeof inner === 'string' && isIsoTime(inner) ? new Date(inner) : inner;
  return tagged('datetime', toScalar('datetime', date, path));
}

function countValue(path: string, budget: { values: number }): void {
  budget.values++;
  if (budget.values <= limits.values_max) return;
  throw new StoreError('STORE_TOO_LARGE', `${path}: a thing has at most ${limits.values_max} values`, {
    path,
  });
}

function tagOf(value: object): Datatype | undefined {
  for (const name in value) {
    if (name.charCodeAt(0) !== 36 /* $ */) return undefined;
    const datatype = tags[name];
    return datatype !== undefined && Object.keys(value).length === 1 ? datatype : undefined;
  }
  return undefined;
}

function checkName(name: string, parent: string, pathOf?: string): string {
  const path = pathOf ?? (parent === '' ? name : `${parent}.${name}`);
  checkString(name, path, 'property name', limits.name_bytes_max);
  if (name === '') throw bad(path, 'a property name must not be empty');
  if (name.includes('.'))
    throw bad(path, 'a property name must not contain a dot, which separates names in a path');
  if (name === '__proto__') throw bad(path, 'a property cannot be named __proto__');
  if (name.startsWith('$')) {
    const known = Object.keys(tags);
    throw bad(
      path,
      `a property name must not start with $, which marks datatypes${didYouMean(name, known)} Known: ${known.join(', ')}`,
    );
  }
  return path;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Date.parse` also takes local and partial forms, which mean different times on different machines. */
function isIsoTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(text);
}

function isoTime(time_ms: number): string {
  return (fromScalar('datetime', time_ms) as Date).toISOString();
}

function bad(path: string, message: string): StoreError {
  return new StoreError('STORE_BAD_VALUE', `${path}: ${message}`, { path });
}
