/**
 * What a driver's hooks ask at every statement of this thread. One object, whose place compiled code knows: where a
 * database shares the program's cores its caches are cold, and each further object that is looked at is waited for.
 * `Outside` owns it.
 */
export const passing: { all: boolean; left: number; own: boolean } = {
  /** Whatever is called for now is passed over, and runs outside every context, because none has ever opened. */
  all: false,
  /** So many more statements; who counts the last one says so with `Outside.passedAll`. */
  left: 0,
  /** The call under way is Cowpath's own, on a connection of its own: it is not counted. `all` is false meanwhile. */
  own: false,
};

/** Calls what is Cowpath's own. */
export function callOwn<T>(call: () => T): T {
  const { all } = passing;
  passing.all = false;
  passing.own = true;
  try {
    return call();
  } finally {
    passing.own = false;
    passing.all = all;
  }
}
