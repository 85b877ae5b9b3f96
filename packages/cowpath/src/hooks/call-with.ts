import type { Method } from './wrap.ts';

/**
 * Calls a method with the first `length` of these arguments, at most 3: how many there are is passed on too. A
 * replacement that handed on its `arguments` instead would have them made into an object at every call, those that pass
 * through included.
 */
export function callWith(
  method: Method,
  self: unknown,
  length: number,
  first: unknown,
  second?: unknown,
  third?: unknown,
): unknown {
  switch (length) {
    case 0:
      return method.call(self);
    case 1:
      return method.call(self, first);
    case 2:
      return method.call(self, first, second);
    default:
      return method.call(self, first, second, third);
  }
}
