// biome-ignore lint/suspicious/noExplicitAny: any method will do; its caller's `this` and arguments pass through
export type Method = (this: any, ...args: any[]) => any;

interface Wrapped {
  /** The method it replaced. */
  original: Method;
  /** Makes ours of it; a later session's takes over. */
  make: (original: Method) => Method;
  ours: Method;
}

/** What stands in each of our replacements. */
const WRAPPED = new WeakMap<object, Wrapped>();

/** What shimmer and OpenTelemetry hang on their replacements. */
interface Shimmed {
  readonly __original?: unknown;
  readonly __unwrap?: unknown;
}
/** How many tools' replacements are looked through for ours. */
const DEPTH_MAX = 16;

/**
 * Replaces an own or inherited method of a prototype by one that calls it, keeping its name, length and
 * descriptor. Answers whether that is done: not where there is no such method, or where it is no plain one (an
 * accessor, whose getter is not ours to run, or a property that is fixed). Where ours is already there, from
 * a session that has ended or under another tool's replacement, the new one takes its place within: the
 * method is never wrapped twice.
 */
export function wrap(prototype: object, name: string, make: (original: Method) => Method): boolean {
  const found = described(prototype, name)?.value;
  if (typeof found !== 'function') return false;
  const known = ourselvesIn(found);
  if (known) {
    known.make = make;
    known.ours = make(known.original);
    return true;
  }
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor ? !descriptor.configurable : !Object.isExtensible(prototype)) return false;
  const original = found as Method;
  const state: Wrapped = { original, make, ours: make(original) };
  // `arguments` is passed on without being made into an array: this stands before every message of a driver.
  const replacement: Method = function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: see above
    return state.ours.apply(this, arguments as unknown as unknown[]);
  };
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  // Other tools hang things on the functions they wrap (`__original`, `__unwrap`): keep them reachable.
  Object.setPrototypeOf(replacement, original);
  offerUnwrap(replacement, state);
  WRAPPED.set(replacement, state);
  Object.defineProperty(prototype, name, {
    value: replacement,
    configurable: true,
    writable: descriptor?.writable ?? true,
    enumerable: descriptor?.enumerable ?? false,
  });
  return true;
}

/** The property where it is found first in the prototype's chain. */
function described(prototype: object, name: string): PropertyDescriptor | undefined {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor) return descriptor;
  }
  return undefined;
}

function ourselvesIn(method: unknown): Wrapped | undefined {
  let at = method;
  for (let depth = 0; typeof at === 'function' && depth < DEPTH_MAX; depth++) {
    const known = WRAPPED.get(at);
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
function offerUnwrap(replacement: Method, state: Wrapped): void {
  const { __original: under, __unwrap: theirs } = state.original as Shimmed;
  if (typeof under !== 'function' || typeof theirs !== 'function') return;
  const unwrap = (): void => {
    Reflect.deleteProperty(replacement, '__unwrap');
    Object.setPrototypeOf(replacement, under);
    state.original = under as Method;
    state.ours = state.make(state.original);
    offerUnwrap(replacement, state);
  };
  Object.defineProperty(replacement, '__unwrap', { value: unwrap, configurable: true, writable: true });
}
