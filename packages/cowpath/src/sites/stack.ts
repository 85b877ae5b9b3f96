import { SITE_LIMITS } from './limits.ts';

/** A stack as V8 noted it, not formatted yet. It holds on to the functions in it: let go of it soon. */
export interface CapturedStack {
  readonly stack?: unknown;
  /** Of the call that brought this one about, where that waited its turn and this one runs on another's stack. */
  readonly earlier?: CapturedStack;
  /** Of those who await the call's promise; it comes a little later. */
  awaiters?: CapturedStack | null;
}

// The program may replace them later; these are V8's own.
const TheError = Error;
const { captureStackTrace } = Error;
const { all } = Promise;
const { then } = Promise.prototype;
const nothing = (): void => {};

/**
 * Notes the current stack, with the asynchronous functions that await it. Null where the program does not
 * let its limit be raised. Nothing of the program's runs, and its limit is what it was.
 */
export function captureStack(earlier?: CapturedStack): CapturedStack | null {
  const limit = Object.getOwnPropertyDescriptor(TheError, 'stackTraceLimit');
  // The program's object may be frozen, or answer with its own code.
  if (!isPlain(limit)) return null;
  const captured: CapturedStack = earlier ? { earlier } : {};
  TheError.stackTraceLimit = SITE_LIMITS.stack_frames_max;
  try {
    captureStackTrace(captured);
  } finally {
    restore('stackTraceLimit', limit);
  }
  return captured;
}

/** Until then everybody who will await a promise does: async functions that return one take a few turns each. */
const TURNS = 10;

/**
 * Notes who awaits the promise that a call returned. A query that an `await` of an ORM's thenable starts
 * has no awaiting function on its stack yet; the promise it returned soon has.
 *
 * V8 finds the functions that await what the microtask under way will settle. So that it looks at `promise`,
 * nothing is attached to that: our own microtask is one of a `Promise.all` whose result V8 takes it to be.
 */
export function captureAwaiters(captured: CapturedStack, promise: Promise<unknown>): void {
  let turn: Promise<unknown> = Promise.resolve();
  for (let i = 0; i < TURNS; i++) turn = then.call(turn, nothing) as Promise<unknown>;
  const last = then.call(turn, () => {
    captured.awaiters = captureStack();
  });
  function AsIfAll(this: unknown, executor: (resolve: () => void, reject: () => void) => void): unknown {
    executor(nothing, nothing);
    return promise;
  }
  AsIfAll.resolve = (one: unknown): unknown => one;
  Reflect.apply(all, AsIfAll, [[last]]);
}

/**
 * The frames of a captured stack, innermost first. V8 formats a stack when it is first read, through
 * `Error.prepareStackTrace`: for that moment it is ours, so that the program's is not run.
 */
export function callSites(captured: CapturedStack): readonly NodeJS.CallSite[] {
  const prepare = Object.getOwnPropertyDescriptor(TheError, 'prepareStackTrace');
  if (!isPlain(prepare)) return [];
  let found: readonly NodeJS.CallSite[] = [];
  TheError.prepareStackTrace = (_, sites) => {
    found = sites;
    return '';
  };
  try {
    void captured.stack;
  } finally {
    restore('prepareStackTrace', prepare);
  }
  return found;
}

/** Whether a property of `Error` can be set and set back without anybody's noticing. */
function isPlain(property: PropertyDescriptor | undefined): boolean {
  if (property === undefined) return Object.isExtensible(TheError);
  return property.writable === true;
}

function restore(name: 'stackTraceLimit' | 'prepareStackTrace', to: PropertyDescriptor | undefined): void {
  if (to === undefined) delete (TheError as unknown as Record<string, unknown>)[name];
  else (TheError as unknown as Record<string, unknown>)[name] = to.value;
}
