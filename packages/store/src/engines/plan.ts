import { Conflict, StoreError } from '../errors.ts';
import { applyChanges } from '../model/actions.ts';
import {
  type Document,
  documentJson,
  type Leaf,
  leavesOf,
  readDocument,
  sameValue,
} from '../model/document.ts';
import type { Check, ReferenceRule, Write } from './engine.ts';

/** What a thing is before a write. */
export interface Current {
  readonly type: string;
  readonly revision: number;
  readonly json: string;
}

/** What a write makes of a thing; the same for every engine. */
export interface Planned {
  readonly key: string;
  readonly type: string;
  readonly revision: number;
  readonly json: string;
  readonly leaves: readonly Leaf[];
  readonly document: Document;
  /** What the thing was before; undefined for one that is created. */
  readonly before:
    | { readonly type: string; readonly document: Document; readonly leaves: readonly Leaf[] }
    | undefined;
  /** False for an update that leaves the thing as it is: nothing is to be written. */
  readonly changed: boolean;
  readonly rules: readonly ReferenceRule[];
  /** An update that leaves all references as they are: they were checked when they were set, and nothing is removed. */
  readonly keepsReferences: boolean;
}

/** Decides a write against the thing's present state, or throws; touches nothing. */
export function planWrite(write: Write, current: Current | undefined, check: Check): Planned {
  const { key } = write;
  if (write.kind === 'create') {
    if (current !== undefined) {
      throw new StoreError(
        'STORE_ALREADY_EXISTS',
        `create: ${JSON.stringify(key)} exists already (revision ${current.revision}); use update`,
        { path: key },
      );
    }
    return planned(key, write.type, 1, write.document, undefined, true, check);
  }
  if (current === undefined) {
    throw new StoreError('STORE_NOT_FOUND', `update: there is no thing ${JSON.stringify(key)}; use create`, {
      path: key,
    });
  }
  const { expectedRevision } = write;
  if (expectedRevision !== undefined && expectedRevision !== current.revision) {
    throw new Conflict(
      `update: ${JSON.stringify(key)} is at revision ${current.revision}, expected ${expectedRevision}; read it again and retry`,
      { key, expectedRevision, actualRevision: current.revision },
    );
  }
  const held = JSON.parse(current.json) as Document;
  const before = { type: current.type, document: held, leaves: leavesOf(held) };
  const after = applyChanges(before, write.changes);
  if (after.type === before.type && sameValue(after.document, before.document)) {
    return planned(key, after.type, current.revision, after.document, before, false, check);
  }
  const document = readDocument(after.document);
  return planned(key, after.type, current.revision + 1, document, before, true, check);
}

function danglingReference(key: string, reference: string, path: string): StoreError {
  return new StoreError(
    'STORE_DANGLING_REFERENCE',
    `${key}: ${path} refers to ${JSON.stringify(reference)}, which does not exist; create it first or in the same batch`,
    { path: `${key}: ${path}` },
  );
}

/** Checks the references' targets, whose types `typeOf` knows (undefined: there is no such thing). */
export function checkReferences(planned: Planned, typeOf: (key: string) => string | undefined): void {
  if (planned.keepsReferences) return;
  for (const leaf of planned.leaves) {
    if (leaf.datatype !== 'ref' || typeOf(leaf.value as string) !== undefined) continue;
    throw danglingReference(planned.key, leaf.value as string, leaf.name);
  }
  for (const { path, key, target } of planned.rules) {
    const type = typeOf(key);
    if (target === undefined || type === target) continue;
    throw new StoreError(
      'STORE_SCHEMA',
      `${planned.key}: ${path} must refer to a thing of type ${JSON.stringify(target)}, ${JSON.stringify(key)} is of type ${JSON.stringify(type)}`,
      { path: `${planned.key}: ${path}` },
    );
  }
}

function planned(
  key: string,
  type: string,
  revision: number,
  document: Document,
  before: Planned['before'],
  changed: boolean,
  check: Check,
): Planned {
  const rules = changed ? check(key, type, document) : [];
  const json = documentJson(document, key);
  const leaves = leavesOf(document);
  const keepsReferences =
    before !== undefined && before.type === type && sameReferences(before.leaves, leaves);
  return { key, type, revision, json, leaves, document, before, changed, rules, keepsReferences };
}

function sameReferences(before: readonly Leaf[], leaves: readonly Leaf[]): boolean {
  const held = before.filter(isReference);
  const now = leaves.filter(isReference);
  return (
    held.length === now.length &&
    held.every(({ name, value, ordering }, i) => {
      const other = now[i]!;
      return name === other.name && value === other.value && ordering === other.ordering;
    })
  );
}

function isReference({ datatype }: Leaf): boolean {
  return datatype === 'ref';
}
