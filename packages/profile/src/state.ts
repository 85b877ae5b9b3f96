import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Frame } from './frame.ts';

/**
 * What every copy of this package in one thread shares. An application can load several copies (its own,
 * a library's, the recorder's); they must agree on the current context. The key carries the version of
 * this shape: a copy that needs another shape takes another key and does not see these contexts.
 */
export interface SharedState {
  readonly frames: AsyncLocalStorage<Frame>;
  /** The next context number: positive, unique in this thread. */
  nextContextId: number;
  /** See `sampleRoots`. Absent where an older copy of the package made this, until somebody samples. */
  sampler?: ((root: Context) => boolean) | null;
}

const KEY = Symbol.for('cowpath.state.v1');

function install(): SharedState {
  const holder = globalThis as { [KEY]?: SharedState };
  const existing = holder[KEY];
  if (existing) return existing;
  const state: SharedState = { frames: new AsyncLocalStorage(), nextContextId: 1, sampler: null };
  Object.defineProperty(globalThis, KEY, {
    value: state,
    enumerable: false,
    configurable: false,
    writable: false,
  });
  return state;
}

export const shared: SharedState = install();
