// biome-ignore lint/suspicious/noExplicitAny: any method will do; its caller's `this` and arguments pass through
export type Method = (this: any, ...args: any[]) => any;

const WRAPPED = new WeakSet<object>();

/**
 * Replaces an own or inherited method of a prototype by one that calls it, keeping its name, length and
 * descriptor. Does nothing when there is no such method, or when ours is already there.
 */
export function wrap(prototype: object, name: string, make: (original: Method) => Method): void {
  const original = (prototype as Record<string, unknown>)[name];
  if (typeof original !== 'function' || WRAPPED.has(original)) return;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (descriptor && (!('value' in descriptor) || !descriptor.configurable)) return;
  const replacement = make(original as Method);
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  // Other tools hang things on the functions they wrap (`__original`, `__unwrap`): keep them reachable.
  Object.setPrototypeOf(replacement, original);
  WRAPPED.add(replacement);
  Object.defineProperty(prototype, name, {
    value: replacement,
    configurable: true,
    writable: descriptor?.writable ?? true,
    enumerable: descriptor?.enumerable ?? false,
  });
}
