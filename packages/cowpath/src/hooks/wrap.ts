// biome-ignore lint/suspicious/noExplicitAny: any method will do; its caller's `this` and arguments pass through
export type Method = (this: any, ...args: any[]) => any;

/** What one of our replacements calls and whom it serves. Both may change while it stays where it is. */
export interface Replaced<Owner> {
  /** The method that it replaced. */
  original: Method;
  /** Whose hooks it tells: a later session's take over. */
  owner: Owner;
}

/** By our replacement. */
const REPLACED = new WeakMap<object, Replaced<unknown>>();

/** What shimmer and OpenTelemetry hang on their replacements. */
interface Shimmed {
  readonly __original?: unknown;
  readonly __unwrap?: unknown;
}
/** How many tools' replacements are looked through for ours. */
const DEPTH_MAX = 16;

/** A replacement that has been put in its place. */
export interface Placed {
  readonly replacement: Method;
  readonly replaced: { readonly original: Method };
}

/**
 * Replaces an own or inherited method of a prototype by one that calls it, keeping its name, length and
 * descriptor. Answers whether that is done: not where there is no such method, or where it is no plain one (an
 * accessor, whose getter is not ours to run, or a property that is fixed). Where ours is already there, from
 * a session that has ended or under another tool's replacement, it serves the new owner from now on: the method
 * is never wrapped twice.
 * @param make the replacement. It looks up `original` and `owner` at each call, and passes `arguments`
 *   on as they are: it stands before every message of a driver
 */
export function wrap<Owner>(
  prototype: object,
  name: string,
  owner: Owner,
  make: (replaced: Replaced<Owner>) => Method,
): boolean {
  return place(prototype, name, owner, make) !== null;
}

/** As `wrap`; answers with what was put there, `'served'` where ours is there already, null where it cannot be done. */
export function place<Owner>(
  prototype: object,
  name: string,
  owner: Owner,
  make: (replaced: Replaced<Owner>) => Method,
): Placed | 'served' | null {
  const original = plainMethod(prototype, name);
  if (original === undefined) return null;
  const known = replacedIn(original);
  if (known) {
    known.owner = owner;
    return 'served';
  }
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor ? !descriptor.configurable : !Object.isExtensible(prototype)) return null;
  const replaced: Replaced<Owner> = { original, owner };
  const replacement = make(replaced);
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  // Other tools hang things on the functions they wrap (`__original`, `__unwrap`): keep them reachable.
  Object.setPrototypeOf(replacement, original);
  offerUnwrap(replacement, replaced);
  REPLACED.set(replacement, replaced);
  Object.defineProperty(prototype, name, {
    value: replacement,
    configurable: true,
    writable: descriptor?.writable ?? true,
    enumerable: descriptor?.enumerable ?? false,
  });
  return { replacement, replaced };
}

/** Arguments with another one in the first's place. */
export function withFirst(first: unknown, [, ...others]: unknown[]): unknown[] {
  return [first, ...others];
}

/** The method of this name where it is found first in the prototype's chain; undefined where that is no plain one. */
export function plainMethod(prototype: object, name: string): Method | undefined {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor) return typeof descriptor.value === 'function' ? descriptor.value : undefined;
  }
  return undefined;
}

function replacedIn(method: unknown): Replaced<unknown> | undefined {
  let at = method;
  for (let depth = 0; typeof at === 'function' && depth < DEPTH_MAX; depth++) {
    const known = REPLACED.get(at);
    if (known) return known;
    at = Object.getOwnPropertyDescriptor(at, '__original')?.value;
  }
  return undefined;
}

/**
 * A tool that takes its replacement back finds ours in its place, and would give up: OpenTelemetry, which
 * replaces afresh whatever it has replaced before, would then make two spans of each call. So ours takes the
 * tool's out from under itself.
 */
function offerUnwrap(replacement: Method, replaced: Replaced<unknown>): void {
  const { __original: under, __unwrap: theirs } = replaced.original as Shimmed;
  if (typeof under !== 'function' || typeof theirs !== 'function') return;
  const unwrap = (): void => {
    Reflect.deleteProperty(replacement, '__unwrap');
    Object.setPrototypeOf(replacement, under);
    replaced.original = under as Method;
    offerUnwrap(replacement, replaced);
  };
  Object.defineProperty(replacement, '__unwrap', { value: unwrap, configurable: true, writable: true });
}
