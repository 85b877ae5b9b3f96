/**
 * What a driver's hooks ask at every statement of this thread. One object, whose place compiled code knows: where a
 * database shares the program's cores its caches are cold, and each further object that is looked at is waited for.
 * `Outside` owns it.
 */
export const passing: { all: boolean; left: number } = {
  /** Whatever is called for now is passed over, and runs outside every context, because none has ever opened. */
  all: false,
  /** So many more statements; who counts the last one says so with `Outside.passedAll`. */
  left: 0,
};
