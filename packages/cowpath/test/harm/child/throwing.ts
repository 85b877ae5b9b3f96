/** Every method of the recorder that the program's own calls reach throws. */
const session = (globalThis as Record<symbol, unknown>)[Symbol.for('cowpath.session.v1')] as {
  recorder: Record<string, unknown>;
};
for (const name of ['begin', 'finish', 'databaseOf', 'isOwn']) {
  const method = session.recorder[name] as (...args: unknown[]) => unknown;
  let calls = 0;
  session.recorder[name] = function (this: unknown, ...args: unknown[]): unknown {
    // Each gets its turn: what throws first must not hide the others.
    if (++calls % 3 !== 0) return method.apply(this, args);
    throw new Error(`${name} is broken`);
  };
}
