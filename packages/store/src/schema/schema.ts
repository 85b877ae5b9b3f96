import type { Check, ReferenceRule } from '../engines/engine.ts';
import { StoreError } from '../errors.ts';
import { type Datatype, fromScalar, type Scalar, toScalar } from '../model/datatypes.ts';
import { type Document, type DocumentValue, tagged, untagged } from '../model/document.ts';
import { shown } from '../options.ts';
import { didYouMean } from '../suggest.ts';
import type { AnyField, Fields, TypeDefinition } from './builder.ts';

/** The declared types of a store. Types that are not declared are open: any property, any datatype. */
export class Schema {
  readonly #types: ReadonlyMap<string, TypeDefinition>;

  constructor(types: readonly TypeDefinition[]) {
    this.#types = new Map(types.map((type) => [type.name, type]));
    if (this.#types.size < types.length) {
      const twice = types.find((type, i) => types.findIndex(({ name }) => name === type.name) < i)!;
      throw new StoreError('STORE_SCHEMA', `types: ${JSON.stringify(twice.name)} is declared twice`);
    }
  }

  get types(): Iterable<TypeDefinition> {
    return this.#types.values();
  }

  type(name: string): TypeDefinition | undefined {
    return this.#types.get(name);
  }

  /** The declared datatype at a path of names; undefined where no declared type says. */
  readonly datatypeOf = (type: string, path: string): Datatype | undefined => {
    const kind = this.field(type, path)?.kind;
    return kind === 'object' ? undefined : kind;
  };

  /** The field at a path, following declared references' targets too. */
  field(type: string, path: string): AnyField | undefined {
    let fields: Fields | undefined = this.#types.get(type)?.fields;
    let field: AnyField | undefined;
    for (const name of path.split('.')) {
      if (fields === undefined || !Object.hasOwn(fields, name)) return undefined;
      field = fields[name]!;
      fields = field.target === undefined ? field.fields : this.#types.get(field.target)?.fields;
    }
    return field;
  }

  readonly check: Check = (key, type, document) => {
    const definition = this.#types.get(type);
    if (definition === undefined) return [];
    const rules: ReferenceRule[] = [];
    checkFields(definition.fields, document, '', `${key} (${type})`, rules);
    return rules;
  };
}

/** The document of natural values: what `Infer` describes. */
export function encode(definition: TypeDefinition, values: object): Document {
  return encodeFields(definition.fields, values, '', definition.name);
}

/** The natural values of a document: Dates for datetimes, keys for references. */
export function decode(document: Document): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(document)) values[name] = decodeValue(value);
  return values;
}

function decodeValue(value: DocumentValue): unknown {
  if (Array.isArray(value)) return value.map(decodeValue);
  const leaf = untagged(value);
  return leaf === undefined ? decode(value as Document) : fromScalar(leaf.datatype, leaf.value);
}

function encodeFields(fields: Fields, values: object, at: string, type: string): Document {
  const document: Document = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const path = at === '' ? name : `${at}.${name}`;
    document[name] = encodeField(fieldOf(fields, name, path, type), value, path, type);
  }
  return document;
}

/** The document value of one property's natural value. */
export function encodeField(field: AnyField, value: unknown, path: string, type: string): DocumentValue {
  if (field.listed === undefined) return encodeOne(field, value, path, type);
  if (!Array.isArray(value)) throw wrong(path, `${type}.${path} is a list, got ${shown(value)}`);
  return value.map((element, i) => encodeOne(field, element, `${path}[${i}]`, type));
}

function encodeOne(field: AnyField, value: unknown, path: string, type: string): DocumentValue {
  if (field.kind !== 'object') return tagged(field.kind, toScalar(field.kind, value, path));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(path, `${type}.${path} is an object, got ${shown(value)}`);
  }
  return encodeFields(field.fields!, value, path, type);
}

function fieldOf(fields: Fields, name: string, path: string, where: string): AnyField {
  if (Object.hasOwn(fields, name)) return fields[name]!;
  const known = Object.keys(fields);
  throw wrong(
    path,
    `${where} has no property ${JSON.stringify(path)}${didYouMean(name, known)} Known: ${known.join(', ')}`,
  );
}

function checkFields(
  fields: Fields,
  document: Document,
  at: string,
  where: string,
  rules: ReferenceRule[],
): void {
  const prefix = at === '' ? '' : `${at}.`;
  for (const name of Object.keys(document)) fieldOf(fields, name, prefix + name, where);
  for (const [name, field] of Object.entries(fields)) {
    if (field.required && !Object.hasOwn(document, name)) {
      throw wrong(
        prefix + name,
        `${where}: the required property ${JSON.stringify(prefix + name)} is missing`,
      );
    }
  }
  for (const [name, value] of Object.entries(document)) {
    const path = prefix + name;
    const field = fieldOf(fields, name, path, where);
    if (field.listed === undefined) {
      checkValue(field, value, path, where, rules);
      continue;
    }
    if (!Array.isArray(value)) throw wrong(path, `${where}: ${path} must be a list, got ${shown(value)}`);
    const { minItems, maxItems } = field.listed;
    if (value.length < minItems || value.length > maxItems) {
      throw wrong(
        path,
        `${where}: ${path} must have from ${minItems} to ${maxItems} elements, got ${value.length}`,
      );
    }
    for (const [i, element] of value.entries()) checkValue(field, element, `${path}[${i}]`, where, rules);
  }
}

function checkValue(
  field: AnyField,
  value: DocumentValue,
  path: string,
  where: string,
  rules: ReferenceRule[],
): void {
  const leaf = untagged(value);
  if (field.kind === 'object') {
    if (leaf !== undefined || Array.isArray(value)) {
      throw wrong(path, `${where}: ${path} must be an object, got ${shown(value)}`);
    }
    checkFields(field.fields!, value as Document, path, where, rules);
    return;
  }
  if (leaf?.datatype !== field.kind) {
    const got = leaf === undefined ? shown(value) : `${leaf.datatype} ${shown(value)}`;
    throw wrong(path, `${where}: ${path} must be ${field.kind}, got ${got}`);
  }
  checkRules(field, leaf.value, path, where);
  if (field.kind === 'ref') rules.push({ path, key: leaf.value as string, target: field.target });
}

function checkRules(field: AnyField, value: Scalar, path: string, where: string): void {
  const { min, max, minLength, maxLength, pattern, oneOf } = field.rules;
  if (typeof value === 'number') {
    if (min !== undefined && value < min)
      throw wrong(path, `${where}: ${path} must be at least ${min}, got ${value}`);
    if (max !== undefined && value > max)
      throw wrong(path, `${where}: ${path} must be at most ${max}, got ${value}`);
    return;
  }
  const length = minLength === undefined && maxLength === undefined ? 0 : [...value].length;
  if (minLength !== undefined && length < minLength) {
    throw wrong(path, `${where}: ${path} must have at least ${minLength} characters, got ${length}`);
  }
  if (maxLength !== undefined && length > maxLength) {
    throw wrong(path, `${where}: ${path} must have at most ${maxLength} characters, got ${length}`);
  }
  if (pattern !== undefined && value.search(pattern) < 0) {
    throw wrong(path, `${where}: ${path} must match ${pattern}, got ${shown(value)}`);
  }
  if (oneOf !== undefined && !oneOf.includes(value)) {
    throw wrong(
      path,
      `${where}: ${path} must be one of ${oneOf.join(', ')}, got ${shown(value)}${didYouMean(value, oneOf)}`,
    );
  }
}

function wrong(path: string, message: string): StoreError {
  return new StoreError('STORE_SCHEMA', message, { path });
}
