import { type Frame, runInFrame } from '@cowpath/profile';
import type { Method } from './wrap.ts';

/**
 * Calls a method in a frame. A replacement does not do so itself: an arrow function in it that held its
 * `arguments` would have them made into an object at every call, whether it comes to that or not.
 */
export function callInFrame(
  frame: Frame | undefined,
  method: Method,
  self: unknown,
  args: unknown[],
): unknown {
  return runInFrame(frame, () => method.apply(self, args));
}
