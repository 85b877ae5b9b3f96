import type { Frame } from '@cowpath/profile';
import { Observed } from '../../recorder/observed.ts';
import type { PgQuery } from './types.ts';

/** Outside every context: what `Frame | undefined` has no object for. */
export const OUTSIDE: unique symbol = Symbol('cowpath.outside');

/** Whose statement a query object is: observed, or only the frame of its caller when the run is not followed. */
export type Call = Observed | Frame | typeof OUTSIDE;

/** The frame of the code that called. */
export function frameOf(call: Call): Frame | undefined {
  if (call === OUTSIDE) return undefined;
  return call instanceof Observed ? call.frame : call;
}

/**
 * Knows the driver's query objects. Nothing is put on them, not even where the program cannot see it: V8 would
 * give those that are known another hidden class than the others, and all of the driver's code that handles
 * queries would be slower from then on, for every statement.
 */
export class Calls {
  readonly #calls = new WeakMap<PgQuery, Call>();
  readonly #driverQueries = new WeakSet<object>();

  of(query: PgQuery): Call | undefined {
    return this.#calls.get(query);
  }

  set(query: PgQuery, call: Call): void {
    this.#calls.set(query, call);
  }

  addDriverQuery(prototype: object): void {
    this.#driverQueries.add(prototype);
  }

  /** Whether this is the driver's own kind of query, which calls nobody before it is ready. */
  isDriverQuery(query: PgQuery): boolean {
    return this.#driverQueries.has(Object.getPrototypeOf(query));
  }
}
