import { StoreError } from '../errors.ts';
import { limits } from '../limits.ts';
import { shown } from '../options.ts';
import { didYouMean } from '../suggest.ts';
import { checkType, type Datatype } from './datatypes.ts';
import {
  checkPath,
  copyDocument,
  type Document,
  type DocumentInputValue,
  type DocumentValue,
  isBuiltin,
  readPropertyValue,
  sameValue,
  untagged,
} from './document.ts';
import { type NaturalValue, readNatural } from './properties.ts';

const actionNames = ['insert', 'delete', 'update', 'update_list'] as const;
export type ActionName = (typeof actionNames)[number];

/**
 * One change to a thing. With `datatype` the value is a natural one, without it a document value.
 * - `insert`: gives the thing a property that it lacks, or appends to a list.
 * - `delete`: takes a property away; with a value, only the elements of the list that equal it.
 * - `update`: replaces the value of a property that is there; `type` changes the thing's type.
 * - `update_list`: replaces a whole list, or gives the thing that list.
 */
export interface Action {
  readonly action: ActionName;
  readonly name: string;
  readonly datatype?: Datatype | undefined;
  readonly value?: DocumentInputValue | readonly NaturalValue[] | undefined;
}

/** A validated action. */
export interface Change {
  readonly action: ActionName;
  readonly path: readonly string[];
  readonly value: DocumentValue | undefined;
  /** Where the caller gave it, for errors. */
  readonly at: string;
}

export interface Typed {
  readonly type: string;
  readonly document: Document;
}

export function readActions(input: unknown): Change[] {
  if (!Array.isArray(input)) {
    throw new StoreError('STORE_BAD_ACTION', `actions: expected a list, got ${shown(input)}`, {
      path: 'actions',
    });
  }
  if (input.length > limits.actions_max) {
    throw new StoreError('STORE_TOO_LARGE', `actions: at most ${limits.actions_max}, got ${input.length}`, {
      path: 'actions',
    });
  }
  return input.map((action, i) => readAction(action, `actions[${i}]`));
}

/** The thing after the changes; the given document is not modified. */
export function applyChanges(before: Typed, changes: readonly Change[]): Typed {
  const document = copyDocument(before.document);
  let type = before.type;
  for (const change of changes) {
    if (change.path.length === 1 && change.path[0] === 'type') type = change.value as string;
    else applyChange(document, change);
  }
  return { type, document };
}

/** Actions that turn `before` into `after`; empty when they hold the same. */
export function diff(before: Typed, after: Typed): Action[] {
  const actions: Action[] = [];
  if (before.type !== after.type) actions.push({ action: 'update', name: 'type', value: after.type });
  for (const name of Object.keys(before.document)) {
    if (!Object.hasOwn(after.document, name)) actions.push({ action: 'delete', name });
  }
  for (const [name, value] of Object.entries(after.document)) {
    if (!Object.hasOwn(before.document, name)) {
      actions.push({ action: 'insert', name, value });
    } else if (!sameValue(before.document[name]!, value)) {
      actions.push({ action: Array.isArray(value) ? 'update_list' : 'update', name, value });
    }
  }
  return actions;
}

function readAction(input: unknown, at: string): Change {
  if (typeof input !== 'object' || input === null) {
    throw failed(at, `expected { action, name, datatype, value }, got ${shown(input)}`);
  }
  const { action, name, datatype, value } = input as Partial<Action>;
  if (!(actionNames as readonly unknown[]).includes(action)) {
    const hint = typeof action === 'string' ? didYouMean(action, actionNames) : '.';
    throw failed(at, `unknown action ${shown(action)}${hint} Known: ${actionNames.join(', ')}`);
  }
  const path = checkPath(name, `${at}.name`);
  if (isBuiltin(path[0]!) && (path.length > 1 || name !== 'type' || action !== 'update')) {
    const rule = 'key, revision and times are never changed; type only by the action update';
    throw failed(at, `${action} of ${JSON.stringify(name)}: ${rule}`);
  }
  if (value === undefined) {
    if (action !== 'delete') throw failed(at, `${action} of ${JSON.stringify(name)} needs a value`);
    return { action, path, value: undefined, at };
  }
  if (name === 'type') return { action: action!, path, value: checkType(value, `${at}.value`), at };
  const read =
    datatype === undefined
      ? readPropertyValue(value, `${at}.value`)
      : readNatural(datatype, value, `${at}.value`);
  if (Array.isArray(read) && read.length > limits.list_length_max) {
    throw new StoreError('STORE_TOO_LARGE', `${at}: a list has at most ${limits.list_length_max} elements`, {
      path: at,
    });
  }
  if (action === 'update_list' && !Array.isArray(read))
    throw failed(at, 'update_list needs a list as its value');
  if (action === 'update' && Array.isArray(read)) {
    throw failed(at, 'update takes one value; use update_list to replace a list');
  }
  if (action === 'delete' && Array.isArray(read))
    throw failed(at, 'delete takes one value; delete each by itself');
  return { action: action!, path, value: read, at };
}

function applyChange(document: Document, change: Change): void {
  const { action, path, value, at } = change;
  const name = path[path.length - 1]!;
  const shownName = JSON.stringify(path.join('.'));
  const parent = parentOf(document, change);
  const current = parent !== undefined && Object.hasOwn(parent, name) ? parent[name] : undefined;
  switch (action) {
    case 'insert':
      if (current === undefined) parent![name] = value!;
      else if (Array.isArray(current)) append(current, value!, at);
      else throw failed(at, `insert: ${shownName} has a value already and is no list; use update`);
      return;
    case 'update':
      if (current === undefined) throw failed(at, `update: the thing has no ${shownName}; use insert`);
      if (Array.isArray(current)) throw failed(at, `update: ${shownName} is a list; use update_list`);
      parent![name] = value!;
      return;
    case 'update_list':
      if (current !== undefined && !Array.isArray(current)) {
        throw failed(at, `update_list: ${shownName} is no list; use update, or delete it first`);
      }
      parent![name] = value!;
      return;
    case 'delete':
      if (current === undefined) throw failed(at, `delete: the thing has no ${shownName}`);
      if (value === undefined) delete parent![name];
      else deleteValue(parent!, name, current, value, change);
  }
}

function append(list: DocumentValue[], value: DocumentValue, at: string): void {
  const added = Array.isArray(value) ? value : [value];
  if (list.length + added.length > limits.list_length_max) {
    throw new StoreError('STORE_TOO_LARGE', `${at}: a list has at most ${limits.list_length_max} elements`, {
      path: at,
    });
  }
  list.push(...added);
}

function deleteValue(
  parent: Document,
  name: string,
  current: DocumentValue,
  value: DocumentValue,
  change: Change,
): void {
  if (Array.isArray(current)) {
    const kept = current.filter((element) => !sameValue(element, value));
    if (kept.length < current.length) {
      parent[name] = kept;
      return;
    }
  } else if (sameValue(current, value)) {
    delete parent[name];
    return;
  }
  throw failed(change.at, `delete: ${JSON.stringify(change.path.join('.'))} does not hold ${shown(value)}`);
}

/** The object that holds the last name of the path; an insert creates the objects on the way. */
function parentOf(document: Document, change: Change): Document | undefined {
  let parent = document;
  for (const name of change.path.slice(0, -1)) {
    let next = Object.hasOwn(parent, name) ? parent[name] : undefined;
    if (next === undefined) {
      if (change.action !== 'insert' && change.action !== 'update_list') return undefined;
      next = {};
      parent[name] = next;
    }
    if (typeof next !== 'object' || Array.isArray(next) || untagged(next) !== undefined) {
      const whole = JSON.stringify(change.path.join('.'));
      throw failed(change.at, `${change.action} of ${whole}: ${JSON.stringify(name)} is not an object`);
    }
    parent = next as Document;
  }
  return parent;
}

function failed(at: string, message: string): StoreError {
  return new StoreError('STORE_BAD_ACTION', `${at}: ${message}`, { path: at });
}
