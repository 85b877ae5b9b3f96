// biome-ignore lint/suspicious/noExplicitAny: any method will do; its caller's `this` and arguments pass through
export type Method = (this: any, ...args: any[]) => any;

/** What stands in each of our replacements: the method it replaced, and ours, which a later session takes over. */
const WRAPPED = new WeakMap<object, { readonly original: Method; ours: Method }>();

/**
 * Replaces an own or inherited method of a prototype by one that calls it, keeping its name, length and
 * descriptor. Does nothing when there is no such method. Where ours is already there, from a session that
 * has ended, the new one takes its place within: the method is never wrapped twice.
 */
export function wrap(prototype: object, name: string, make: (original: Method) => Method): void {
  const found = (prototype as Record<string, unknown>)[name];
  if (typeof found !== 'function') return;
  const known = WRAPPED.get(found);
  if (known) {
    known.ours = make(known.original);
    return;
  }
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor && (!('value' in descriptor) || !descriptor.configurable)) return;
  const original = found as Method;
  const state = { original, ours: make(original) };
  const replacement: Method = function (this: unknown, ...args: unknown[]): unknown {
    return state.ours.apply(this, args);
  };
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  // Other tools hang things on the functions they wrap (`__original`, `__unwrap`): keep them reachable.
  Object.setPrototypeOf(replacement, original);
  WRAPPED.set(replacement, state);
  Object.defineProperty(prototype, name, {
    value: replacement,
    configurable: true,
    writable: descriptor?.writable ?? true,
    enumerable: descriptor?.enumerable ?? false,
  });
}
