import { currentSession, prepare, startSession } from './recorder/session.ts';

export { context } from '@cowpath/profile';
export type * from './report/model.ts';

/**
 * Records the statements of a pool or client that the program made: for bundled programs, whose driver
 * cannot be seen loading. Begins to record if that has not begun. Returns the same pool.
 *
 * @throws TypeError `COWPATH_NOT_INSTRUMENTABLE` when it is neither a node-postgres pool nor client
 */
export function instrument<P extends object>(pool: P): P {
  const running = currentSession();
  const session = running ?? startSession();
  if (!running) void prepare(session);
  if (!session.pg.instrument(pool)) {
    const message =
      'instrument(pool): expected a Pool or Client of node-postgres (pg 8.11 or newer). ' +
      'Other drivers are recorded when they load: start the program with `cowpath record -- node app.js`.';
    throw Object.assign(new TypeError(message), { code: 'COWPATH_NOT_INSTRUMENTABLE' });
  }
  return pool;
}

/**
 * Saves what has been recorded so far. Programs that run on need not: it happens every
 * `COWPATH_FLUSH_INTERVAL_MS`. A handler that is frozen between requests can call it at its end. Without a
 * recording under way it does nothing.
 */
export async function flush(): Promise<void> {
  await currentSession()?.flush();
}
