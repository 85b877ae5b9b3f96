import { StoreError } from '../errors.ts';
import { shown } from '../options.ts';
import { didYouMean } from '../suggest.ts';
import { type Datatype, datatypes, fromScalar, isDatatype, toScalar } from './datatypes.ts';
import {
  checkPath,
  type Document,
  type DocumentInput,
  type DocumentValue,
  isBuiltin,
  leavesOf,
  readDocument,
  tagged,
} from './document.ts';

/** A value as a caller of the explicit form gives it: the natural JavaScript value of its datatype. */
export type NaturalValue = string | number | boolean | Date;

/** The explicit form of source 001: name, datatype, value; a list is an array, a nested name is `a.b`. */
export interface Property {
  readonly name: string;
  readonly datatype: Datatype;
  readonly value: NaturalValue | readonly NaturalValue[];
}

/** What `create` takes: an object of properties, or a list of explicit ones; the type is among them. */
export type PropertiesInput = (DocumentInput & { readonly type: string }) | readonly Property[];

/** The type and the validated document of what `create` was given. */
export function readProperties(input: unknown): { type: string | undefined; document: Document } {
  if (Array.isArray(input)) return readList(input);
  if (typeof input !== 'object' || input === null) {
    throw new StoreError(
      'STORE_BAD_VALUE',
      `properties: expected an object or a list of { name, datatype, value }, got ${shown(input)}`,
      { path: 'properties' },
    );
  }
  const { type } = input as { readonly type?: string };
  return { type, document: readDocument(input, '', 'type') };
}

/** The document value of a natural value or an array of them. */
export function readNatural(datatype: unknown, value: unknown, path: string): DocumentValue {
  const known = checkDatatype(datatype, path);
  if (!Array.isArray(value)) return tagged(known, toScalar(known, value, path));
  return value.map((element, i) => tagged(known, toScalar(known, element, `${path}[${i}]`)));
}

export function checkDatatype(datatype: unknown, path: string): Datatype {
  if (isDatatype(datatype)) return datatype;
  const hint = typeof datatype === 'string' ? didYouMean(datatype, datatypes) : '.';
  throw new StoreError(
    'STORE_BAD_VALUE',
    `${path}: unknown datatype ${shown(datatype)}${hint} Known: ${datatypes.join(', ')}`,
    { path },
  );
}

/**
 * The explicit form of a document. Objects inside lists are flattened: which values stood in the same object
 * is not kept by this form (it is by the document).
 */
export function toProperties(document: Document): Property[] {
  const lists = new Map<string, { name: string; datatype: Datatype; value: NaturalValue[] }>();
  const properties: Property[] = [];
  for (const { name, datatype, value, ordering } of leavesOf(document)) {
    const natural = fromScalar(datatype, value);
    if (ordering === null) {
      properties.push({ name, datatype, value: natural });
      continue;
    }
    const id = `${datatype} ${name}`;
    let list = lists.get(id);
    if (list === undefined) {
      list = { name, datatype, value: [] };
      lists.set(id, list);
      properties.push(list);
    }
    list.value.push(natural);
  }
  return properties;
}

function readList(list: readonly unknown[]): { type: string | undefined; document: Document } {
  let type: string | undefined;
  const document: Document = {};
  for (const [i, entry] of list.entries()) {
    const at = `properties[${i}]`;
    if (typeof entry !== 'object' || entry === null) {
      throw new StoreError(
        'STORE_BAD_VALUE',
        `${at}: expected { name, datatype, value }, got ${shown(entry)}`,
        {
          path: at,
        },
      );
    }
    const { name, datatype, value } = entry as Partial<Property>;
    if (name === 'type') {
      type = value as string;
      continue;
    }
    const path = checkPath(name, `${at}.name`);
    put(document, path, readNatural(datatype, value, name!), at);
  }
  return { type, document: readDocument(document) };
}

function put(document: Document, path: readonly string[], value: DocumentValue, at: string): void {
  let parent = document;
  for (const [i, name] of path.entries()) {
    const last = i === path.length - 1;
    if (last || isBuiltin(path[0]!)) {
      if (Object.hasOwn(parent, name)) {
        throw new StoreError('STORE_BAD_VALUE', `${at}: the property ${path.join('.')} is given twice`, {
          path: at,
        });
      }
      parent[name] = value;
      return;
    }
    if (!Object.hasOwn(parent, name)) parent[name] = {};
    const next = parent[name];
    if (
      typeof next !== 'object' ||
      Array.isArray(next) ||
      Object.keys(next).some((key) => key.startsWith('$'))
    ) {
      throw new StoreError(
        'STORE_BAD_VALUE',
        `${at}: ${path.join('.')} lies inside a property that is no object`,
        {
          path: at,
        },
      );
    }
    parent = next as Document;
  }
}
