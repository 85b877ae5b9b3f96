import { channels } from './channels.ts';
import type { Context, Frame } from './frame.ts';
import { shared } from './state.ts';

/** The frame of the code that is running, or undefined outside every context. */
export function currentFrame(): Frame | undefined {
  return shared.frames.getStore();
}

/** The context of the code that is running, or undefined outside every context. */
export function currentContext(): Context | undefined {
  return shared.frames.getStore()?.context;
}

/**
 * Opens a context without running anything in it: for work whose end is an event, such as a request.
 * The caller must close it. `parent` null makes a root; the default is the current context.
 */
export function openContext(name: string, parent: Context | null | undefined = currentContext()): Context {
  // All fields at once, in the object itself: programs open a context for everything that they do.
  const frame = { context: null as unknown as Context, load: null };
  const context = {
    id: shared.nextContextId++,
    name,
    parent: parent ?? null,
    root: null as unknown as Context,
    openedAt: performance.now(),
    closedAt: 0,
    frame,
    sampled: true,
    slots: null,
  };
  frame.context = context;
  if (parent) {
    context.root = parent.root;
  } else {
    context.root = context;
    if (shared.sampler) context.sampled = shared.sampler(context);
  }
  if (channels.contextOpen.hasSubscribers && isSampled(context)) channels.contextOpen.publish({ context });
  return context;
}

/** Whether a context has ever been opened in this thread, by whichever copy of this package. */
export function anyContextOpened(): boolean {
  return shared.nextContextId > 1;
}

/**
 * From now on `choose` is asked of every root that opens, in whichever copy of this package: where it answers false, the
 * root is passed over (`Context.sampled`). One at a time: who asks later takes its place. It must be quick, and must not
 * throw.
 *
 * @returns the way to stop
 */
export function sampleRoots(choose: (root: Context) => boolean): () => void {
  shared.sampler = choose;
  return () => {
    if (shared.sampler === choose) shared.sampler = null;
  };
}

/** Whether anybody is told of this context: see `Context.sampled`. */
export function isSampled(context: Context): boolean {
  return context.root.sampled !== false;
}

/** Closes a context; closing it again does nothing. Work that still runs in it stays counted in it. */
export function closeContext(context: Context): void {
  if (context.closedAt !== 0) return;
  context.closedAt = performance.now();
  if (channels.contextClose.hasSubscribers && isSampled(context)) channels.contextClose.publish({ context });
}

/** Runs `fn` in a context that somebody else opens and closes. */
export function runInContext<T>(context: Context, fn: () => T): T {
  return shared.frames.run(context.frame, fn);
}

/** Runs `fn` in a frame taken earlier with `currentFrame()`; undefined is "outside every context". */
export function runInFrame<T>(frame: Frame | undefined, fn: () => T): T {
  return frame === undefined ? shared.frames.exit(fn) : shared.frames.run(frame, fn);
}

/**
 * Runs `fn` in a new context named `name`, nested in the current one. The context closes when `fn` has
 * returned or thrown; if it returned a promise, when that has settled. A lazy thenable (a query builder
 * that runs when awaited) is started inside the context and comes back as a promise.
 *
 * @returns what `fn` returns
 * @throws TypeError `COWPATH_BAD_CONTEXT_NAME` when the name is not a non-empty string of at most 200 characters
 */
export function context<T>(name: string, fn: () => T): T {
  if (typeof name !== 'string' || name === '' || name.length > NAME_LENGTH_MAX) {
    const what = typeof name === 'string' ? `${name.length} characters` : typeof name;
    const error = new TypeError(
      `context(name, fn): the name must be a string of 1 to ${NAME_LENGTH_MAX} characters, got ${what}. ` +
        'Name the kind of work, not the instance: "send invoice", not "send invoice 4711".',
    );
    throw Object.assign(error, { code: 'COWPATH_BAD_CONTEXT_NAME' });
  }
  if (typeof fn !== 'function') {
    throw Object.assign(new TypeError(`context(name, fn): fn must be a function, got ${typeof fn}.`), {
      code: 'COWPATH_BAD_CONTEXT_FUNCTION',
    });
  }
  const inner = openContext(name);
  let result: T;
  try {
    result = shared.frames.run(inner.frame, fn);
  } catch (error) {
    closeContext(inner);
    throw error;
  }
  if (isThenable(result)) {
    const thenable = result;
    const settled =
      thenable instanceof Promise
        ? thenable
        : shared.frames.run(
            inner.frame,
            () => new Promise((resolve, reject) => thenable.then(resolve, reject)),
          );
    // A promise of its own for the caller: its rejection is reported as unhandled only if the caller ignores it.
    // Not `finally`, which makes three. It settles as late where nobody is told.
    if (!isSampled(inner)) return settled.then() as T;
    return settled.then(
      (value) => {
        closeContext(inner);
        return value;
      },
      (error: unknown) => {
        closeContext(inner);
        throw error;
      },
    ) as T;
  }
  closeContext(inner);
  return result;
}

/** The names from the root to this context: what a profile knows it by. */
export function pathOf(context: Context): string[] {
  const path: string[] = [];
  for (let at: Context | null = context; at; at = at.parent) path.unshift(at.name);
  return path;
}

export const NAME_LENGTH_MAX = 200;

/** The root of what runs outside every context: before the first one opens, and after. */
export const START_UP = '(start-up)';
export const BACKGROUND = '(background)';

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
